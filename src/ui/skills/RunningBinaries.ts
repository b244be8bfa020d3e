import * as vscode from 'vscode';
import type { BinaryCheck, GatewayVerification } from '../../application/verify/GatewayChecks.ts';

/** What one verification has found in a running gateway. */
export interface RunningBinary extends BinaryCheck {
  readonly machineName: string;
}

/** What the last verification of each compose project has found in its gateway, as long as the window is open. */
export class RunningBinaries implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #byProject = new Map<string, ReadonlyMap<string, RunningBinary>>();

  readonly onDidChange = this.#changed.event;

  record(composeProject: string, machineName: string, { binaries }: Pick<GatewayVerification, 'binaries'>): void {
    const found = binaries.map((binary): [string, RunningBinary] => [binary.name, { ...binary, machineName }]);
    this.#byProject.set(composeProject, new Map(found));
    this.#changed.fire();
  }

  find(composeProject: string, name: string): RunningBinary | undefined {
    return this.#byProject.get(composeProject)?.get(name);
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
