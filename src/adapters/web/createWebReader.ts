import type { WebReader } from '../../application/ports/WebReader.ts';

/** Reads over HTTPS. The code for that comes when something is read: it stands in the way of the first look at a VM otherwise. */
export function createWebReader(): WebReader {
  return {
    read: async (address, options) => {
      const { HttpsReader } = await import('./HttpsReader.ts');
      return new HttpsReader().read(address, options);
    },
  };
}
