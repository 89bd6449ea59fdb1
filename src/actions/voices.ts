import type { Look } from './shell.ts'

/** What people say to the workers and beside them: messages of support, endorsements, targets' replies. */
export class Voices {
  /** Answers when to go on, or null when there is nothing left to wait for. */
  async work(_: Look): Promise<number | null> {
    return null
  }
}
