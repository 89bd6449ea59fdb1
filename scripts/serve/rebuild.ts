/** Rebuilds after changes, one build at a time. Changes during a build cause one more build, however many they are. */

import { stripVTControlCharacters } from 'node:util'
import { errorMessage } from '../../src/kit/result.ts'

/** Runs `work` once at a time. A call during a run causes one run after it. Resolves when nothing is left to do. */
export function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let isWanted = false
  const run = async () => {
    while (isWanted) {
      isWanted = false
      await work()
    }
  }
  return () => {
    isWanted = true
    running ??= run().finally(() => {
      running = undefined
    })
    return running
  }
}

/** An error of the builder: the message, then the place on a line of its own. */
const BUILDER_ERROR = /\[ERROR\] (.+?)(?: \[plugin [^\]]+\])?\n+\s+(\S+?:\d+:\d+):?/g

/** The faults in a failed build's output, without the builder's own words: `src/app.tsx:3:10: Expected ";"`. */
export function faultsIn(error: unknown): string {
  const text = stripVTControlCharacters(errorMessage(error))
  const found = [...text.matchAll(BUILDER_ERROR)].map(([, message, place]) => `${place}: ${message}`)
  return found.length === 0 ? text : found.join('\n')
}
