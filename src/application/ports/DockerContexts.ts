/** A context of the docker CLI that can be chosen, or a file that should hold one and does not. */
export type ListedDockerContext =
  | {
      readonly ok: true;
      readonly name: string;
      /** In the words of whoever made it; empty for none. */
      readonly description: string;
      /** The engine's address as the context holds it, such as `ssh://root@vm` or `tcp://203.0.113.7:2376`. */
      readonly address: string;
      /** `local`: an engine of this machine; `plain`, `tls` and `tlsUnverified`: one over the network, without SSH. */
      readonly way: 'ssh' | 'local' | 'tls' | 'tlsUnverified' | 'plain';
    }
  | {
      readonly ok: false;
      /** The context's name, or the file where it has none. */
      readonly name: string;
      /** What is wrong, with the path of the file. */
      readonly problem: string;
    };
