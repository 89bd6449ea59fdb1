/**
 * What Cloudflare allows a Worker. Sources, read in November 2026: developers.cloudflare.com, /workers/platform/limits and /pricing,
 * /kv/platform/limits and /pricing, /durable-objects/platform/limits and /pricing. `npm run ration` measures against these numbers.
 */

/** Rations of one plan. Numbers for a day are of a day in UTC; none means that the plan charges instead of refusing. */
type PlanLimits = {
  day: Readonly<Record<DailyRation, number>>
  cpuMs: number // of one HTTP request or cron run
  outsideSubrequests: number // calls to other hosts, in one invocation
  insideSubrequests: number // KV operations and object requests, in one invocation
}

/** What is rationed by the day. Each KV key of a bulk read counts; `objectGbSeconds` is the time that objects are in memory. */
export type DailyRation =
  | 'workerRequests'
  | 'kvReads'
  | 'kvWrites'
  | 'kvDeletes'
  | 'kvLists'
  | 'rowsRead'
  | 'rowsWritten'
  | 'objectRequests'
  | 'objectGbSeconds'

export const FREE_PLAN: PlanLimits = {
  day: {
    workerRequests: 100_000,
    kvReads: 100_000,
    kvWrites: 1_000,
    kvDeletes: 1_000,
    kvLists: 1_000,
    rowsRead: 5_000_000,
    rowsWritten: 100_000,
    objectRequests: 100_000, // calls of methods and alarms
    objectGbSeconds: 13_000,
  },
  cpuMs: 10,
  outsideSubrequests: 50,
  insideSubrequests: 1_000,
}

const NO_LIMIT = Number.POSITIVE_INFINITY

export const PAID_PLAN: PlanLimits = {
  day: {
    workerRequests: NO_LIMIT,
    kvReads: NO_LIMIT,
    kvWrites: NO_LIMIT,
    kvDeletes: NO_LIMIT,
    kvLists: NO_LIMIT,
    rowsRead: NO_LIMIT,
    rowsWritten: NO_LIMIT,
    objectRequests: NO_LIMIT,
    objectGbSeconds: NO_LIMIT,
  },
  cpuMs: 30_000,
  outsideSubrequests: 10_000,
  insideSubrequests: 10_000,
}

/** What the paid plan ($5 a month) includes in a month. More is charged (docs/scale.md has the prices). */
export const PAID_PLAN_MONTH: Readonly<Record<DailyRation, number>> = {
  workerRequests: 10_000_000,
  kvReads: 10_000_000,
  kvWrites: 1_000_000,
  kvDeletes: 1_000_000,
  kvLists: 1_000_000,
  rowsRead: 25_000_000_000,
  rowsWritten: 50_000_000,
  objectRequests: 1_000_000,
  objectGbSeconds: 400_000,
}

/** Workers KV, on every plan. */
export const KV_LIMITS = {
  writeEveryMs: 1_000, // a second write to one key within this time is refused with 429
  staleMs: 600_000, // a read may be this old: Cloudflare says “60 seconds or more”, and reports of minutes exist
  operationsPerInvocation: 1_000,
  keysPerPage: 1_000, // of a list
  keysPerBulkRead: 100,
  metadataBytes: 1_024,
} as const

/** Durable Objects with SQLite, on every plan. */
export const OBJECT_LIMITS = {
  cpuMs: 30_000, // of one request or alarm
  boundParameters: 100, // of one statement
  rowBytes: 2_000_000,
  billedGb: 0.128, // memory that a second of an object is billed at, whatever it uses
} as const
