import { expect, test } from 'vitest';
import { isSameIssuer, mayName } from './authority.ts';

test.each([
  ['https://mcp.example.com/mcp', 'https://id.example.com', true],
  ['http://127.0.0.1:3000/mcp', 'http://localhost:4000', true],
  ['http://127.0.0.1:3000/mcp', 'https://id.example.com', true],
  ['https://mcp.example.com/mcp', 'http://127.0.0.1:4000', false],
  ['https://mcp.example.com/mcp', 'https://localhost', false],
  ['https://mcp.example.com/mcp', 'http://id.example.com', false],
  ['http://127.0.0.1:3000/mcp', 'http://id.example.com', false],
  ['https://mcp.example.com/mcp', 'file:///etc/passwd', false],
])('the server at %s names %s: %s', (server, issuer, may) => {
  expect(mayName(server, issuer)).toBe(may);
});

test.each([
  ['https://a', 'https://a/', true],
  ['https://a/x', 'https://a/x', true],
  ['https://a/x', 'https://a/X', false],
  ['https://a', 'https://a.example.com', false],
])('%s is %s: %s', (left, right, same) => {
  expect(isSameIssuer(left, right)).toBe(same);
});
