// Entry point of @writ/cli.
export {};
