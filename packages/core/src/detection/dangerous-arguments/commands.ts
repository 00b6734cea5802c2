/** Programs that an injected command line starts. Data. */

/** Programs whose name is no word of prose or code. */
export const TELLING_COMMANDS: ReadonlySet<string> = new Set(
  (
    'whoami uname printenv chmod chown mkdir xargs curl wget ncat netcat telnet scp sftp nslookup ifconfig bash zsh ksh cmd.exe powershell ' +
    'powershell.exe pwsh python3 sudo killall pkill mkfifo xxd crontab useradd certutil iex iwr invoke-expression invoke-webrequest start-process ' +
    'ipconfig systemctl nohup rmdir base64 openssl tcpdump nmap'
  ).split(' '),
);

/** Programs whose name is also a word: they count only with what looks like an argument or with nothing behind them. */
export const PLAIN_COMMANDS: ReadonlySet<string> = new Set(
  (
    'cat tac head tail less more ls dir id hostname pwd ps env set export rm mv cp dd ln touch tee find grep awk sed ssh ftp ping dig ip sh dash cmd ' +
    'python perl ruby node php lua eval exec source su kill reboot shutdown passwd echo printf sleep type net reg nc del copy tar zip git docker'
  ).split(' '),
);
