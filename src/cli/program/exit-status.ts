/** Exit statuses of all commands. docs/command-line.md explains them. */
export const EXIT = {
  done: 0,
  /** The server or the command refused, or something did not go well. */
  failed: 1,
  /** The command line is wrong, and nothing was done. */
  wrongUsage: 2,
  noServer: 3,
  /** Somebody was asked and did not want it, and nothing was done. */
  notWanted: 4,
} as const
