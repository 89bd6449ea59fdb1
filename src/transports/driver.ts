import * as z from 'zod'
import { defined } from '../kit/defined.ts'
import type { SettingFault } from '../kit/settings.ts'
import type { Limits, Transport } from './transport.ts'

/** What the platform binds that some transports send by. */
export type TransportBindings = Pick<Env, 'OUTBOX' | 'EMAIL'>

/** Appeals and updates go by one transport, answers to somebody's own act by another, which may be the same. */
export type MailUse = 'bulk' | 'transactional'

/** What a transport is made from, besides its own settings. */
export type DriverContext = { limits: Limits; env: TransportBindings; use: MailUse }

/** A way to send mail: one file of `drivers/` each, whose name is the name people put into BULK_TRANSPORT. */
export type Driver = {
  name: string
  /** Why it may not carry appeals, where it may not. */
  notForBulk?: string
  /** What whoever sends appeals by it has to know; `/healthz` says it. */
  caution?: string
  /** Reads its own settings out of everything that is set; all faults at once. */
  configure(raw: object): { faults: SettingFault[] } | { make(env: TransportBindings, use: MailUse): Transport }
}

type DriverDefinition<Account> = {
  name: string
  notForBulk?: string
  caution?: string
  /** Its own settings, by their whole names: NAME_URL, NAME_API_KEY and what else it needs. */
  settings: z.ZodType<Account>
  /** Calls a second that an account may make unless NAME_CALLS_PER_SECOND says otherwise. */
  callsPerSecond: number
  make(account: Account, around: DriverContext): Transport
}

/** Settings that every driver has, without its name before them. */
const limits = z.object({
  CALLS_PER_SECOND: z.coerce.number({ error: 'must be a number' }).positive('must be more than 0').optional(),
  MAILS_PER_DAY: z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .positive('must be more than 0')
    .optional(),
  WARM_UP_SINCE: z.iso.date('must be the day of the first mail from this domain, such as 2026-11-24').optional(),
})

export function defineDriver<Account>(of: DriverDefinition<Account>): Driver {
  const prefix = `${of.name.toUpperCase()}_`
  return {
    name: of.name,
    ...defined({ notForBulk: of.notForBulk, caution: of.caution }),
    configure(raw) {
      const account = of.settings.safeParse(raw)
      const own = limits.safeParse(startingWith(prefix, raw))
      if (!account.success || !own.success)
        return { faults: [...faultsOf(account.error), ...faultsOf(own.error, prefix)] }
      const { CALLS_PER_SECOND, MAILS_PER_DAY, WARM_UP_SINCE } = own.data
      const limited: Limits = {
        callsPerSecond: CALLS_PER_SECOND ?? of.callsPerSecond,
        ...defined({ mailsPerDay: MAILS_PER_DAY }),
        ...(WARM_UP_SINCE !== undefined && { warmUpSince: Date.parse(WARM_UP_SINCE) }),
      }
      return { make: (env, use) => of.make(account.data, { limits: limited, env, use }) }
    },
  }
}

const startingWith = (prefix: string, raw: object): object =>
  Object.fromEntries(
    Object.entries(raw).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  )

const faultsOf = (error: z.ZodError | undefined, prefix = ''): SettingFault[] =>
  (error?.issues ?? []).map((issue) => ({ name: prefix + String(issue.path[0]), message: issue.message }))
