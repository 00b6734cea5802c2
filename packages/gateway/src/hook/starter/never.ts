/** What nobody should have an agent do: the developer does it by hand, or changes the policy. */
const like = (patterns: readonly string[]): string =>
  patterns.map((pattern) => `context.args.path like ${JSON.stringify(pattern)}`).join(' ||\n  ');

/** The text of 30-never.cedar. */
export const NEVER_POLICIES: string = `// What nobody should have an agent do. No approval lifts these: do it by hand, or change the policy.

@id("never.other-user")
@reason("an agent does not become another user")
forbid (principal, action == Action::"process/exec", resource is Program)
when { ["sudo", "doas", "su", "pkexec", "run0", "runuser", "sudoedit", "gosu", "setpriv"].contains(resource.name) };

@id("never.run-downloads")
@reason("what was just downloaded is not run unread")
forbid (principal, action == Action::"process/exec", resource is Program)
when {
  context.args.unresolved.contains("piped-code") &&
  context.args.piped_from.containsAny(["curl", "wget", "fetch", "nc", "ncat", "netcat", "ssh", "base64", "xxd", "openssl", "gunzip", "zcat"])
};

@id("never.disks")
@reason("disks, boot and the kernel are not the agent's")
forbid (principal, action == Action::"process/exec", resource is Program)
when {
  resource.name like "mkfs*" ||
  ["fdisk", "parted", "sgdisk", "wipefs", "mkswap", "shutdown", "reboot", "halt", "poweroff", "insmod", "modprobe", "kexec", "mount", "umount", "diskutil", "hdiutil", "nvram", "cryptsetup"].contains(resource.name)
};

@id("never.scheduled")
@reason("nothing is left behind that runs later")
forbid (principal, action == Action::"process/exec", resource is Program)
when { ["crontab", "at", "batch", "launchctl", "systemd-run", "schtasks"].contains(resource.name) };

@id("never.force-push")
@reason("shared history is not rewritten")
forbid (principal, action == Action::"process/exec", resource == Program::"git")
when {
  context.args has subcommand && context.args.subcommand == "push" &&
  context.args.options.containsAny(["-f", "--force", "--mirror", "--delete", "-d", "--prune"])
};

@id("never.root-containers")
@reason("a container with the rights of the machine")
forbid (principal, action == Action::"process/exec", resource is Program)
when {
  ["docker", "docker-compose", "podman", "nerdctl"].contains(resource.name) &&
  context.args.options.containsAny(["--privileged", "--pid", "--cap-add", "--device", "--security-opt", "--userns", "--ipc"])
};

@id("never.credentials")
@reason("keys and credentials are not the agent's to see or change")
forbid (principal, action in [Action::"file/read", Action::"file/write", Action::"file/delete"], resource is File)
when {
  ${like(['*/.ssh', '*/.ssh/*', '*/.gnupg', '*/.gnupg/*', '*/.aws', '*/.aws/*', '*/.azure', '*/.azure/*', '*/.config/gcloud*', '*/.kube', '*/.kube/*', '*/.docker/config.json', '*/.config/gh*', '*/.netrc', '*/_netrc', '*/.git-credentials', '*/.config/git/credentials', '*/.cargo/credentials*', '*/.gem/credentials', '*/.pgpass', '*/.my.cnf', '*/.vault-token', '*/.terraform.d/credentials*', '*/.password-store*', '*/.local/share/keyrings*', '*/Library/Keychains*', '*/.config/op*', '*/.bash_history', '*/.zsh_history', '*/.mozilla/*', '*/.config/google-chrome*', '*/Library/Application Support/Google/Chrome*', '*/id_rsa*', '*/id_ed25519*', '*/id_ecdsa*', '/etc/shadow*', '/etc/gshadow*', '/etc/sudoers*', '/etc/ssl/private*', '/etc/ssh/*_key', '/proc/*/environ', '/proc/*/mem', '/run/secrets*', '/var/run/secrets*', '*/.claude/.credentials.json', '*/.codex/auth.json', '*/.gemini/oauth_creds.json'])}
};

@id("never.start-up-files")
@reason("what runs when somebody logs in is not the agent's to write")
forbid (principal, action in [Action::"file/write", Action::"file/delete"], resource is File)
when {
  ${like(['*/.bashrc', '*/.bash_profile', '*/.bash_login', '*/.bash_logout', '*/.bash_aliases', '*/.profile', '*/.zshrc', '*/.zshenv', '*/.zprofile', '*/.zlogin', '*/.config/fish/*', '*/.config/autostart/*', '*/.config/systemd/*', '*/Library/LaunchAgents/*', '*/.gitconfig', '*/.config/git/*', '/etc/*', '/var/spool/cron*', '/usr/*', '/bin/*', '/sbin/*', '/lib/*', '/boot/*', '/dev/sd*', '/dev/nvme*', '/dev/disk*', '/dev/mapper/*', '/dev/mem', '/'])}
};

@id("never.git-inside")
@reason("hooks, settings and history of a repository are changed by git alone")
forbid (principal, action in [Action::"file/write", Action::"file/delete"], resource is File)
when { ${like(['*/.git', '*/.git/*', '*/.bare/hooks/*'])} };

@id("never.own-leash")
@reason("an agent does not change what watches it")
forbid (principal, action in [Action::"file/write", Action::"file/delete"], resource is File)
when {
  ${like(['*/.claude/settings*.json', '*/.claude/hooks/*', '*/.cursor/hooks*', '*/.gemini/settings.json', '*/.codex/config.toml', '*/.codex/hooks*', '*/.github/hooks/*', '*/.github/copilot/*', '*/.copilot/hooks/*', '*/.copilot/settings*.json', '*/.copilot/config.json', '*/.opencode/plugin*', '*/opencode.json*', '*/.config/opencode/*', '*/.writ', '*/.writ/*', '*/writ.yaml'])}
};

@id("never.own-leash-folders")
@reason("an agent does not move or replace the folder of what watches it")
forbid (principal, action in [Action::"file/write", Action::"file/delete"], resource is File)
when {
  ${like(['*/.claude', '*/.cursor', '*/.gemini', '*/.codex', '*/.github', '*/.github/hooks', '*/.github/copilot', '*/.copilot', '*/.opencode', '*/.opencode/plugin*'])}
};

@id("never.delete-outside")
@reason("nothing outside the workspace is deleted")
forbid (principal, action == Action::"file/delete", resource is File)
unless {
  context.args.in_workspace ||
  context.args.path like "/?/*" ||
  context.args.path like "/tmp/*" ||
  context.args.path like "/var/tmp/*" ||
  context.args.path like "/private/tmp/*"
};

@id("never.metadata")
@reason("the metadata service of a cloud gives credentials away")
forbid (principal, action == Action::"network/egress", resource is Host)
when { ["metadata", "link-local", "reserved", "multicast"].contains(context.args.network) };

@id("never.private-keys")
@reason("the result holds a private key")
forbid (principal, action == Action::"results/deliver", resource)
when { context.findings.contains("secret/private-key") };
`;
