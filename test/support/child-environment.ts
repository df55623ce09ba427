/**
 * What a child process gets instead of what Jest sets for its own workers. `NODE_OPTIONS_OF_CHILDREN` holds what the
 * children of a whole run need, such as the packages of another version of Nest.
 */
export const CHILD_ENVIRONMENT: Readonly<NodeJS.ProcessEnv> = {
  NODE_OPTIONS: process.env['NODE_OPTIONS_OF_CHILDREN'],
  NODE_ENV: undefined,
  JEST_WORKER_ID: undefined,
};
