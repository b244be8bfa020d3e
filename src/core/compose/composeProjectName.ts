/**
 * The compose project's name: the file's own `name`, or else the folder's name without what compose does not take (lower case;
 * letters, digits, `-` and `_`, beginning with a letter or digit). Source: docs.docker.com/compose/how-tos/project-name.
 */
export function composeProjectName(fileName: string | undefined, folderName: string): string {
  if (fileName !== undefined && fileName !== '') return fileName;
  return folderName
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');
}
