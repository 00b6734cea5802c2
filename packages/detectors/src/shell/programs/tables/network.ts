/** Programs that reach hosts. */
import type { SpecTable } from '../spec.ts';

export const NETWORK: SpecTable = {
  curl: {
    values: {
      '-o --output -D --dump-header -c --cookie-jar --trace --trace-ascii --stderr --etag-save --hsts --alt-svc --libcurl':
        'write',
      '-T --upload-file -E --cert --key --cacert --capath --crlfile --netrc-file --proxy-cacert --proxy-cert --proxy-key --etag-compare --pubkey':
        'read',
      '-K --config': 'settings',
      '-d --data --data-ascii --data-binary --data-urlencode --json --url-query -w --write-out -H --header --proxy-header -b --cookie':
        'at-file',
      '-F --form': 'form',
      '--url --doh-url --referer -e': 'url',
      '-x --proxy --preproxy --socks4 --socks4a --socks5 --socks5-hostname --proxy1.0': 'host',
      '-X --request -u --user -A --user-agent -m --max-time --connect-timeout --retry --retry-delay --retry-max-time -r --range -C --continue-at -y -Y -z --time-cond --limit-rate --max-filesize --max-redirs --resolve --connect-to --interface --local-port --ciphers --tls-max --data-raw --form-string -U --proxy-user --unix-socket --abstract-unix-socket --output-dir -P --ftp-port -Q --quote -t --telnet-option --proto --proto-default --proto-redir --cert-type --key-type --pass --engine --create-file-mode --dns-servers --dns-interface --happy-eyeballs-timeout-ms --keepalive-time --noproxy --oauth2-bearer --pinnedpubkey --rate --service-name --speed-limit --speed-time --tls13-ciphers --variable --expand-url --parallel-max --aws-sigv4 --haproxy-clientip --ipfs-gateway --krb --login-options --mail-auth --mail-from --mail-rcpt --proxy-pass --random-file --sasl-authzid --curves':
        'text',
    },
    operands: 'url',
  },
  'wget wget2': {
    values: {
      '-O --output-document -o --output-file -a --append-output -P --directory-prefix --save-cookies --warc-file --rejected-log --hsts-file':
        'write',
      '-i --input-file': 'arguments',
      '--post-file --body-file --load-cookies --certificate --private-key --ca-certificate --ca-directory --crl-file':
        'read',
      '--config': 'settings',
      '-e --execute': 'text',
      '--use-askpass': 'shell',
      '-B --base --referer': 'url',
      '-t --tries -T --timeout -w --wait --waitretry -Q --quota -l --level -A --accept -R --reject -D --domains --exclude-domains -I -X -U --user-agent --header --user --password --http-user --http-password --post-data --body-data --method --limit-rate --dns-timeout --connect-timeout --read-timeout --bind-address --cut-dirs --default-page --progress --max-redirect --proxy-user --proxy-password --secure-protocol --local-encoding --remote-encoding --prefer-family':
        'text',
    },
    operands: 'url',
  },
  'http https httpie xh xhs curlie': {
    values: {
      '-o --output -d --download': 'write',
      '-a --auth -A --session --print -p --style --timeout --verify': 'text',
      '--proxy': 'text',
    },
  },
  'aria2c axel lftp ncftp ftp sftp tftp telnet ftpget wput': {
    values: {
      '-o -O --out -d --dir': 'write',
      '-i --input-file': 'arguments',
      '-e -c': 'code',
      '-b': 'script',
      '-u -p -P -l -s --user': 'text',
    },
  },
  'nc ncat netcat nc.openbsd nc.traditional': {
    values: {
      '-e --exec -c --sh-exec --lua-exec': 'shell',
      '-p -s -w -i -q -X -I -O -T -m -g -G --source-port --source --wait --idle-timeout --max-conns --delay':
        'text',
      '-x --proxy': 'host',
      '-o --output -x-hex': 'write',
    },
  },
  socat: {},
  'ping ping6 fping traceroute traceroute6 tracepath mtr arping': {
    values: { '-c -i -I -s -t -w -W -M -p -Q -S -l -m -q -f -z -F -n': 'text' },
    operands: 'host',
  },
  'dig nslookup host kdig drill delv resolvectl getent whois': {},
  'scp rcp': { values: { '-i': 'read', '-F': 'settings', '-S -D': 'shell', '-P -c -l -o -J -X': 'text' } },
  openssl: {},
  git: {
    subcommands: true,
    stops: true,
    values: {
      '-C': 'folder',
      '-c --config-env --exec-path --git-dir --work-tree --namespace --super-prefix --list-cmds --attr-source':
        'text',
    },
  },
  'hg svn bzr fossil jj': {
    subcommands: true,
    values: {
      '--config --config-option': 'settings',
      '-R --cwd --repository': 'folder',
      '-m --message -r --revision -u --user': 'text',
    },
  },
  'gh glab hub': {
    subcommands: true,
    values: {
      '-R --repo -t --title -b --body -B --base -H --head -l --label -a --assignee -q --jq -f --raw-field -X --method -L --limit':
        'text',
      '--input --body-file': 'read',
      '-F --field': 'form',
      '--hostname': 'host',
      '-O --output': 'write',
    },
  },
  'aws gcloud az doctl flyctl fly heroku vercel netlify wrangler firebase supabase railway render s3cmd gsutil rclone mc b2 az-cli ibmcloud oci linode-cli hcloud scw':
    {
      subcommands: true,
      values: {
        '--profile --region --output --query --project -p --format': 'text',
        '--endpoint-url --endpoint': 'url',
        '--config': 'settings',
      },
    },
  'python-http caddy nginx httpd serve http-server ngrok cloudflared localtunnel bore frpc tailscale wg wg-quick ssh-keyscan chisel':
    { subcommands: true },
};
