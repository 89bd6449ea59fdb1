import { codeOf, Mistake, NoServer, NotWanted, WrongUsage } from '../command.ts'
import { EXIT } from './exit-status.ts'

/** Ends every message about wrong usage, and about a “no”. */
export const NOTHING_DONE = 'Nothing was done.'

/** Runs a command and sets the exit status: its result, or the one of its error. Errors are words on stderr, never a stack. */
export async function run(main: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main()
  } catch (error) {
    console.error(wordsOf(error))
    if (error instanceof WrongUsage) console.error(NOTHING_DONE)
    if (process.env.TOCSIN_DEBUG) console.error(error)
    process.exitCode = statusOf(error)
  }
}

export function statusOf(error: unknown): number {
  if (error instanceof WrongUsage) return EXIT.wrongUsage
  if (error instanceof NotWanted) return EXIT.notWanted
  return error instanceof NoServer ? EXIT.noServer : EXIT.failed
}

/** What Node's codes of file errors mean. */
const FILE_ERRORS: Record<string, string> = {
  ENOENT: 'there is no such file or folder',
  EEXIST: 'there is such a file already, and it is not written over: name a new one',
  EACCES: 'this user may not read or write it',
  EPERM: 'this user may not read or write it',
  EISDIR: 'found a folder; expected a file',
  ENOTDIR: 'found a file; expected a folder',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
}

/** An error in words. For faults of the program itself it says how to see more. */
export function wordsOf(error: unknown): string {
  const words = FILE_ERRORS[codeOf(error)]
  if (words !== undefined && error instanceof Error && 'path' in error) return `${String(error.path)}: ${words}`
  const message = error instanceof Error ? error.message || codeOf(error) || error.name : String(error)
  const isExpected = error instanceof Mistake || error instanceof NoServer
  return isExpected || process.env.TOCSIN_DEBUG ? message : `${message}\n(TOCSIN_DEBUG=1 shows where this happened.)`
}
