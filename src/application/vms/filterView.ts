import type { MachineView } from './MachineState.ts';

/** What is left of a view when only names that hold the text count; a project or service that matches keeps all that is in it. */
export function filterView(view: MachineView, text: string): MachineView {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return view;
  const matches = (...names: readonly string[]): boolean => names.some((name) => name.toLowerCase().includes(wanted));
  return {
    ...view,
    projects: view.projects.flatMap((project) => {
      if (matches(project.name)) return [project];
      const services = project.services.flatMap((service) => {
        if (matches(service.name)) return [service];
        const containers = service.containers.filter(({ name, image, status }) => matches(name, image, status));
        return containers.length === 0 ? [] : [{ ...service, containers }];
      });
      return services.length === 0 ? [] : [{ ...project, services }];
    }),
    otherContainers: view.otherContainers.filter(({ name, image, status }) => matches(name, image, status)),
  };
}
