/**
 * Directives of an SSH config that would change how a VM is reached or what runs there, and that count for nothing here, as they are
 * named in ssh_config(5). `value` gives a directive's by its name in small letters.
 */
export function unusedDirectives(value: (name: string) => string | undefined): readonly string[] {
  return UNUSED.filter((name) => {
    const said = value(name.toLowerCase());
    return said !== undefined && !/^(?:no|false|none|)$/i.test(said);
  });
}

const UNUSED = [
  'BindInterface',
  'CanonicalizePermittedCNAMEs',
  'CheckHostIP',
  'Compression',
  'ForwardAgent',
  'GSSAPIAuthentication',
  'HostbasedAuthentication',
  'NoHostAuthenticationForLocalhost',
  'PKCS11Provider',
  'ProxyUseFdpass',
  'SecurityKeyProvider',
  'SetEnv',
  'UpdateHostKeys',
  'VerifyHostKeyDNS',
] as const;
