export type LoginMethod = 'publickey' | 'keyboard-interactive' | 'password';

/** What an SSH config says about the login. */
export interface SshLogin {
  /** In the order to try them. */
  readonly methods: readonly LoginMethod[];
  /** How often a password, or a series of questions, is asked for. */
  readonly maxPrompts: number;
  /** `BatchMode`: nothing is asked. */
  readonly isSilent: boolean;
}

/** ssh's defaults, of those that are possible here. */
export const USUAL_LOGIN: SshLogin = {
  methods: ['publickey', 'keyboard-interactive', 'password'],
  maxPrompts: 3,
  isSilent: false,
};

/** Reads {@link SshLogin}; `value` gives a directive's by its name in small letters. */
export function readLogin(value: (name: string) => string | undefined): SshLogin {
  const preferred = value('preferredauthentications')
    ?.split(',')
    .map((name) => name.trim());
  const methods = preferred?.flatMap((name) => USUAL_LOGIN.methods.filter((method) => method === name));
  const prompts = value('numberofpasswordprompts');
  return {
    methods: [...new Set(methods ?? USUAL_LOGIN.methods)].filter((method) => !isNo(value(SWITCHES[method]))),
    maxPrompts: prompts !== undefined && /^[1-9]\d{0,4}$/.test(prompts) ? Number(prompts) : USUAL_LOGIN.maxPrompts,
    isSilent: /^(?:yes|true)$/i.test(value('batchmode') ?? ''),
  };
}

const SWITCHES: Readonly<Record<LoginMethod, string>> = {
  publickey: 'pubkeyauthentication',
  'keyboard-interactive': 'kbdinteractiveauthentication',
  password: 'passwordauthentication',
};

function isNo(value: string | undefined): boolean {
  return value !== undefined && /^(?:no|false)$/i.test(value);
}
