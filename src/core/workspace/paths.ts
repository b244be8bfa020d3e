/** Folder of an absolute path; `/` for the root's children. */
export function parentFolder(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `path` taken from `folder`, with `.` and `..` resolved; an absolute `path` stands for itself. */
export function resolvePath(folder: string, path: string): string {
  const joined = path.startsWith('/') ? path : `${folder === '/' ? '' : folder}/${path}`;
  if (!unresolved.test(joined)) return joined;
  const parts: string[] = [];
  for (const part of joined.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** An empty part, a `.` or a `..`. */
const unresolved = /\/(?:\.{0,2}(?:\/|$))|^[^/]/;

/** `path` is `folder` or lies in it. */
export function isWithin(folder: string, path: string): boolean {
  if (folder === '/' || folder === '') return true;
  return path === folder || (path.startsWith(folder) && path[folder.length] === '/');
}
