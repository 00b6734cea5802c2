/** Programs that write, move or delete the files they name. */
import type { SpecTable } from '../spec.ts';

export const WRITERS: SpecTable = {
  'rm grm srm trash trash-put rmtrash': { operands: 'delete', values: { '--interactive': 'text' } },
  sudoedit: { values: { '-u -g': 'text' }, operands: 'update' },
  'rmdir unlink': { operands: 'delete' },
  shred: { values: { '-n --iterations -s --size --random-source': 'text' }, operands: 'delete' },
  wipe: { operands: 'delete' },
  truncate: { values: { '-s --size': 'text', '-r --reference': 'read' }, operands: 'write' },
  fallocate: { values: { '-l -o --length --offset': 'text' }, operands: 'write' },
  touch: { values: { '-d -t --date --time': 'text', '-r --reference': 'read' }, operands: 'write' },
  mkdir: { values: { '-m --mode': 'text' }, operands: 'write' },
  'mkfifo mknod': { values: { '-m --mode': 'text' }, first: 'write', operands: 'text' },
  'chmod chown chgrp chattr chflags chcon setfacl setfattr setcap': {
    values: { '--reference': 'read', '--from -m -x -M -X -n -v': 'text' },
    first: 'text',
    firstUnless: '--reference -m -x -b',
    operands: 'write',
  },
  'tee sponge': { values: { '--output-error': 'text' }, operands: 'write' },
  'cp gcp': {
    values: {
      '-t --target-directory': 'text',
      '-S --suffix --backup --reflink --sparse --no-preserve --preserve': 'text',
    },
  },
  mv: { values: { '-t --target-directory': 'text', '-S --suffix': 'text' } },
  install: {
    values: {
      '-t --target-directory -g -m -o -S --group --mode --owner --suffix': 'text',
      '--strip-program': 'shell',
    },
  },
  ln: { values: { '-t --target-directory': 'text', '-S --suffix': 'text' } },
  'link symlink': {},
  rename: { first: 'code', operands: 'update' },
  'dd dcfldd': {},
  'gzip gunzip bzip2 bunzip2 xz unxz lzma unlzma zstd unzstd lz4 compress uncompress brotli pigz': {
    values: { '-S --suffix -T --threads -o': 'write', '-D': 'read' },
    operands: 'update',
  },
  'dos2unix unix2dos': { operands: 'update' },
  'tar gtar bsdtar': {
    values: {
      '-f --file -g --listed-incremental -b --blocking-factor -H --format -N --newer --owner --group --mode --mtime --transform --xform --strip-components --exclude --suffix -V --label --totals-signal':
        'text',
      '-C --directory --cd': 'text',
      '-T --files-from': 'arguments',
      '-X --exclude-from': 'read',
      '-I --use-compress-program --to-command --checkpoint-action -F --info-script --new-volume-script --rsh-command --rmt-command':
        'text',
      '--checkpoint -L --tape-length -K': 'text',
    },
  },
  cpio: {
    values: {
      '-F --file -I': 'read',
      '-O': 'write',
      '-E': 'arguments',
      '-H -C -R -M': 'text',
      '-D --directory': 'folder',
      '--rsh-command': 'shell',
    },
  },
  'unzip bsdunzip': { values: { '-d': 'text', '-x -P': 'text' } },
  zip: { values: { '-b -n -t -tt -x -i -P -s': 'text', '-TT --unzip-command': 'text' } },
  '7z 7za 7zr 7zz': {},
  'unrar rar': {},
  ar: {},
  split: {
    values: {
      '-a -b -C -l -n -t --bytes --lines --number --suffix-length --additional-suffix': 'text',
      '--filter': 'shell',
    },
    first: 'read',
    operands: 'write',
  },
  csplit: { values: { '-f --prefix': 'write', '-b -n': 'text' }, first: 'read', operands: 'text' },
  patch: {
    values: {
      '-p --strip -F --fuzz -D -V -z -B -Y -g': 'text',
      '-i --input': 'read',
      '-o --output -r --reject-file': 'write',
      '-d --directory': 'folder',
    },
  },
  sqlite3: { values: { '-cmd -init -separator -newline -nullvalue': 'text' }, longDash: true },
  'mktemp tempfile': { values: { '-p --tmpdir --suffix': 'text' } },
  'mkfs mkswap mke2fs mkfs.ext4 mkfs.xfs wipefs fdisk sfdisk parted sgdisk blkdiscard hdparm badblocks swapon swapoff losetup cryptsetup':
    { operands: 'write' },
  mount: { values: { '-t -o -L -U -O': 'text' }, operands: 'read', last: 'write' },
  'umount eject': { operands: 'text' },
  crontab: { values: { '-u -s': 'text' }, operands: 'read', codes: ['deferred-code'] },
  'at batch': { values: { '-q -t': 'text', '-f': 'script' }, codes: ['deferred-code'] },
  rsync: {
    values: {
      '-e --rsh --rsync-path': 'shell',
      '-f --filter --exclude --include --bwlimit --timeout --port --chmod --chown --max-size --min-size -B --block-size --suffix --out-format --log-file-format --contimeout --info --debug --skip-compress --usermap --groupmap --iconv':
        'text',
      '--exclude-from --include-from --password-file': 'read',
      '--files-from': 'arguments',
      '--log-file --write-batch --only-write-batch --partial-dir --backup-dir -T --temp-dir': 'write',
      '--compare-dest --copy-dest --link-dest --read-batch': 'read',
    },
  },
  'indent clang-format gofmt': { values: { '-o': 'write', '-r': 'text' }, operands: 'update' },
  'convert magick ffmpeg pandoc wkhtmltopdf': {
    values: {
      '-i': 'read',
      '-o --output': 'write',
      '--lua-filter --filter -F': 'library',
      '--pdf-engine': 'text',
    },
    operands: 'update',
    longDash: true,
  },
};
