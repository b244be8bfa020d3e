/** This machine, as the tokens and criteria of an SSH config speak of it. */
export interface LocalMachine {
  readonly hostName: string;
  readonly homeFolder: string;
  /** Number of the person's account; empty where the system has none. */
  readonly userId: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Of the text's UTF-8 bytes, in small hexadecimal digits. */
  sha1Hex(text: string): string;
  /** Whether an address of this machine is in one of the networks (`10.0.0.0/8`); `undefined` where one of them is none. */
  isInNetwork(networks: readonly string[]): boolean | undefined;
}

export interface TokenSource {
  /** As the person names it. */
  readonly alias: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly localUser: string;
  /** What `%k` stands for. */
  readonly hostKeyName: string;
  /** The last host of `ProxyJump`, or nothing. */
  readonly jumpHost: string;
}

/** The tokens of ssh_config(5), by their letters. Without `here` those that speak of this machine stay as they are written. */
export function routeTokens(source: TokenSource, here: LocalMachine | undefined): Readonly<Record<string, string>> {
  const { host, port, user, jumpHost } = source;
  const ofRoute = {
    h: host,
    n: source.alias,
    p: String(port),
    r: user,
    u: source.localUser,
    k: source.hostKeyName,
    j: jumpHost,
    d: '~',
  };
  if (here === undefined) return ofRoute;
  const { hostName } = here;
  return {
    ...ofRoute,
    d: here.homeFolder,
    i: here.userId,
    l: hostName,
    L: hostName.split('.', 1)[0] ?? '',
    C: here.sha1Hex(`${hostName}${host}${port}${user}${jumpHost}`),
  };
}

/** A text with its tokens replaced; those that are not known stay. */
export function expandTokens(text: string, tokens: Readonly<Record<string, string>>): string {
  return text.replace(/%([%A-Za-z])/g, (whole, letter: string) => (letter === '%' ? '%' : (tokens[letter] ?? whole)));
}

/** A path with its variables (`${NAME}`) and tokens replaced; a variable that is not set stays as it is written. */
export function expandPath(
  path: string,
  tokens: Readonly<Record<string, string>>,
  here: LocalMachine | undefined,
): string {
  // As one text: what a variable holds is no token.
  return path.replace(
    /\$\{(\w+)\}|%([%A-Za-z])/g,
    (whole, variable: string | undefined, letter: string | undefined) => {
      if (variable !== undefined) return here?.environment[variable] ?? whole;
      return letter === '%' ? '%' : (tokens[letter ?? ''] ?? whole);
    },
  );
}
