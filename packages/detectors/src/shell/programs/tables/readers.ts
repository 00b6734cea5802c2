/** Programs that read the files they name. */
import type { SpecTable } from '../spec.ts';

export const READERS: SpecTable = {
  'cat tac nl rev bat batcat zcat gzcat bzcat xzcat zstdcat lz4cat stat readlink realpath ls ll dir vdir tree exa eza lsd md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum cksum sum shasum strings hexdump hd nm objdump readelf size ldd getfacl lsattr getfattr pr expand unexpand fold fmt column file identify exiftool mdls xattr diff3 ffprobe mediainfo pdftotext pdfinfo glow mdcat pygmentize highlight base32 basenc uuencode zless zmore zcmp zdiff bzless xzless lzless bzmore bsdcat':
    { operands: 'read' },
  'wc du': {
    values: {
      '--files0-from': 'arguments',
      '-d --max-depth -B --block-size -t --threshold --time-style --exclude --total': 'text',
      '-X --exclude-from': 'read',
    },
    operands: 'read',
  },
  date: { values: { '-f --file -r --reference': 'read', '-d --date -s --set': 'text' }, operands: 'text' },
  'head tail': {
    values: { '-n -c --lines --bytes --pid -s --sleep-interval --max-unchanged-stats': 'text' },
    operands: 'read',
  },
  base64: {
    values: { '-w --wrap -b': 'text', '-i --input': 'read', '-o --output': 'write' },
    operands: 'read',
  },
  cut: {
    values: { '-b -c -d -f --bytes --characters --delimiter --fields --output-delimiter': 'text' },
    operands: 'read',
  },
  'paste join comm cmp diff colordiff sdiff vimdiff delta difft': {
    values: {
      '-d --delimiters -1 -2 -t -e -o -a -j -i --ignore-initial -n -U -C --label -L -F -x --exclude -I --color -W -w --width':
        'text',
      '-X --exclude-from --from-file --to-file': 'read',
      '--output': 'write',
    },
    operands: 'read',
  },
  'grep egrep fgrep zgrep bzgrep xzgrep zegrep zfgrep pcregrep pcre2grep': {
    values: {
      '-e --regexp -A -B -C -m -d -D --context --after-context --before-context --max-count --include --exclude --exclude-dir --label --binary-files --devices --directories':
        'text',
      '-f --file --exclude-from': 'read',
    },
    first: 'text',
    firstUnless: '-e --regexp -f --file',
    operands: 'read',
  },
  'rg ripgrep ag ack ugrep sift': {
    values: {
      '-e --regexp -g --glob --iglob -t --type -T --type-not -A -B -C -m -j --threads -M --max-columns -d --max-depth -E --encoding --context --after-context --before-context --max-count --sort --sortr -r --replace --color --colors --engine --type-add --max-filesize --field-match-separator':
        'text',
      '-f --file --ignore-file': 'read',
      '--pre --hostname-bin --pager': 'shell',
    },
    first: 'text',
    firstUnless: '-e --regexp -f --file --files',
    operands: 'read',
  },
  'sort gsort': {
    values: {
      '-k --key -t --field-separator -S --buffer-size --parallel --batch-size --sort': 'text',
      '-o --output': 'write',
      '-T --temporary-directory --random-source': 'read',
      '--files0-from': 'arguments',
      '--compress-program': 'shell',
    },
    operands: 'read',
  },
  uniq: {
    values: { '-f -s -w --skip-fields --skip-chars --check-chars': 'text' },
    operands: 'write',
    first: 'read',
  },
  xxd: {
    values: { '-c -cols -g -groupsize -l -len -n -name -o -R -s -seek': 'text' },
    operands: 'write',
    first: 'read',
    longDash: true,
  },
  od: { values: { '-A -j -N -S -t -w': 'text' }, operands: 'read' },
  iconv: { values: { '-f -t --from-code --to-code': 'text', '-o --output': 'write' }, operands: 'read' },
  yq: { values: { '-o -p -P -I --output-format --input-format': 'text', '-f --from-file': 'read' } },
  history: { values: { '-r -n': 'read', '-w -a': 'write', '-d': 'text' } },
  'jq gojq jaq': {
    values: {
      '--arg --argjson --indent': 'text',
      '-f --from-file --rawfile --slurpfile': 'read',
      '-L': 'library',
    },
    pairs: '--arg --argjson --rawfile --slurpfile',
    first: 'text',
    firstUnless: '-f --from-file',
    operands: 'read',
  },
  'less more most pg': {
    plus: true,
    values: {
      '-b -h -j -p -P -t -T -x -y -z -#': 'text',
      '-o -O --log-file --LOG-FILE': 'write',
      '-k --lesskey-file': 'settings',
      '--lesskey-src --lesskey-content': 'settings',
    },
    operands: 'read',
  },
  'csvcut csvgrep csvlook csvstat xsv mlr dasel xmllint xsltproc yamllint shellcheck hadolint markdownlint': {
    operands: 'read',
  },
  'wdiff spell aspell': { operands: 'read' },
  'gpg gpg2': {
    values: {
      '-o --output': 'write',
      '-r --recipient -u --local-user --passphrase --keyserver': 'text',
      '--homedir': 'settings',
      '--passphrase-file': 'read',
      '--photo-viewer --exec-path --agent-program': 'shell',
    },
    operands: 'read',
  },
};
