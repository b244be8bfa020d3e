import { styleText } from 'node:util';
import type { Container, PublishedPort } from '../application/ports/Engine.ts';
import type { MachineFacts } from '../application/ports/Machine.ts';
import { type ContainerCondition, containerCondition } from '../application/vms/containerCondition.ts';
import type { ComposeProject, MachineView } from '../application/vms/MachineState.ts';
import { networkWarning } from '../application/vms/networkWarning.ts';
import { publishedAddress } from '../application/vms/publishedAddress.ts';
import type { MachineStatus } from '../application/vms/readMachineStatus.ts';
import { wrongClock } from '../application/vms/wrongClock.ts';
import { formatBytes } from '../core/text/formatBytes.ts';
import { printable } from '../core/text/printable.ts';
import type { StatusOfTarget } from './StatusOfTarget.ts';

/** For people: the sidebar's tree. */
export function formatStatusText(
  statuses: readonly StatusOfTarget[],
  options: { readonly useColour: boolean },
): string {
  const paint: Paint = (style, text) =>
    options.useColour ? styleText(style, printable(text), { validateStream: false }) : printable(text);
  return statuses
    .map((status) => drawn(machineBranch(status, paint), '', '').join('\n'))
    .join('\n\n')
    .concat('\n');
}

type Style = 'bold' | 'red' | 'yellow' | 'gray' | 'green';
type Paint = (style: Style, text: string) => string;

interface Branch {
  readonly line: string;
  readonly branches: readonly Branch[];
}

function drawn({ line, branches }: Branch, first: string, rest: string): readonly string[] {
  const below = branches.flatMap((branch, index) =>
    index === branches.length - 1
      ? drawn(branch, `${rest}└─ `, `${rest}   `)
      : drawn(branch, `${rest}├─ `, `${rest}│  `),
  );
  return [first + line, ...below];
}

function machineBranch({ name, address, status }: StatusOfTarget, paint: Paint): Branch {
  const where = address === undefined || address === name ? '' : ` ${paint('gray', address)}`;
  const title = `${paint('bold', name)}${where}`;
  if (status.kind === 'failed') {
    const { message, remedy } = status.error;
    return {
      line: `${title}  ${paint('red', 'not reached')}`,
      branches: [
        { line: printable(message), branches: [] },
        { line: paint('gray', remedy), branches: [] },
      ],
    };
  }
  const { view } = status;
  const warning = networkWarning(view.way.link);
  const warned = warning === undefined ? [] : [{ line: paint('yellow', warning.long), branches: [] }];
  const facts = paint('gray', factsOf(view, status.facts));
  return { line: `${title}  ${facts}`, branches: [...warned, ...branchesOf(status, paint)] };
}

function factsOf({ info, way }: MachineView, momentary: MachineFacts): string {
  const { diskBytes, freeDiskBytes, load } = momentary;
  const clockAheadS = wrongClock(momentary);
  const facts = [
    ...(way.address === undefined ? [] : [way.address]),
    info.architecture,
    formatBytes(info.memoryBytes),
    `Docker ${info.version}`,
  ];
  if (diskBytes !== undefined && freeDiskBytes !== undefined)
    facts.push(`${formatBytes(freeDiskBytes)} of ${formatBytes(diskBytes)} free`);
  if (load !== undefined) facts.push(`load ${load.toFixed(2)}`);
  if (clockAheadS !== undefined) {
    facts.push(`clock ${Math.abs(clockAheadS)} s ${clockAheadS > 0 ? 'ahead' : 'behind'}`);
  }
  return facts.join(' · ');
}

function branchesOf({ view, images, networks }: MachineStatus & { readonly kind: 'reached' }, paint: Paint): Branch[] {
  const branches = view.projects.map((project) => projectBranch(project, paint));
  if (view.otherContainers.length > 0) {
    const line = `Other containers ${paint('gray', String(view.otherContainers.length))}`;
    branches.push({ line, branches: view.otherContainers.map((container) => containerBranch(container, paint)) });
  }
  if (branches.length === 0) branches.push({ line: paint('gray', 'No containers.'), branches: [] });
  const size = images.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  branches.push({ line: paint('gray', `${images.length} images (${formatBytes(size)})`), branches: [] });
  branches.push({ line: paint('gray', `${networks.length} networks`), branches: [] });
  return branches;
}

function projectBranch(project: ComposeProject, paint: Paint): Branch {
  const containers = project.services.flatMap((service) => service.containers);
  const running = containers.filter(({ state }) => state === 'running').length;
  const facts = [project.workingDirectory, `${running} of ${containers.length} running`].filter((fact) => fact !== '');
  return {
    line: `${printable(project.name)} ${paint('gray', facts.join(' · '))}`,
    branches: project.services.map((service) => ({
      line: `${printable(service.name)}${service.isGateway ? ` ${paint('gray', 'gateway')}` : ''}`,
      branches: service.containers.map((container) => containerBranch(container, paint)),
    })),
  };
}

const colours: Partial<Record<ContainerCondition, Style>> = {
  failed: 'red',
  unhealthy: 'red',
  restarting: 'yellow',
  starting: 'yellow',
  running: 'green',
  healthy: 'green',
};

function containerBranch(container: Container, paint: Paint): Branch {
  const ports = [...new Set(container.ports.filter(({ hostPort }) => hostPort !== undefined).map(portText))];
  const facts = [container.image, ...ports];
  const status = paint(colours[containerCondition(container)] ?? 'gray', container.status || container.state);
  return { line: `${printable(container.name)}  ${status}  ${paint('gray', facts.join(' · '))}`, branches: [] };
}

function portText(port: PublishedPort): string {
  return `${publishedAddress(port)}→${port.containerPort}/${port.protocol}`;
}
