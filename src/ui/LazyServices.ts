import type * as vscode from 'vscode';
import type { Services } from './Services.ts';

/** The services of the sidebar and the commands, made when the first of them is used. */
export class LazyServices implements vscode.Disposable {
  readonly #create: () => Promise<Services>;
  #services: Promise<Services> | undefined;
  #isDisposed = false;

  constructor(create: () => Promise<Services>) {
    this.#create = create;
  }

  get(): Promise<Services> {
    this.#services ??= this.#start();
    return this.#services;
  }

  dispose(): void {
    this.#isDisposed = true;
    void this.#services?.then((services) => services.dispose());
  }

  async #start(): Promise<Services> {
    const services = await this.#create();
    if (this.#isDisposed) services.dispose();
    return services;
  }
}
