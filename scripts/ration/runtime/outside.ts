/** Counts the Worker's calls to other hosts by replacing `fetch`. Connections by sockets are not counted. */

import { OBJECT_LIMITS } from '../../../src/kit/platform/limits.ts'
import { count, currentEntry, subrequest } from './meter.ts'

/**
 * Milliseconds that a provider takes to answer, which the local sink does not. An object waits that long in memory. Resend and Mailgun
 * take 100 to 500 ms for a call.
 */
const PROVIDER_MS = 300

const realFetch = globalThis.fetch

globalThis.fetch = (input: RequestInfo | URL, init?: RequestInit) => {
  subrequest('outside')
  if (!currentEntry().at.startsWith('Worker')) count('objectGbSeconds', (PROVIDER_MS / 1_000) * OBJECT_LIMITS.billedGb)
  return realFetch(input, init)
}
