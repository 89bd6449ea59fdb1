import * as z from 'zod'
import { defined } from '../kit/defined.ts'
import { type SettingFault, someOrUnset } from '../kit/settings.ts'
import type { Limits, Transport } from './transport.ts'

/** Platform bindings that some transports need. */
export type TransportBindings = Pick<Env, 'OUTBOX' | 'EMAIL'>

/** Use of a transport: `bulk` for appeals and updates, `transactional` for mails that answer a person's own request. */
export type MailUse = 'bulk' | 'transactional'

/** What a transport is made from, besides its account settings. */
type DriverContext = { limits: Limits; env: TransportBindings; use: MailUse }

/** Code for one provider: one file in `drivers/`, whose name is the value of BULK_TRANSPORT. */
export type Driver = {
  name: string
  /** Why the driver must not send appeals, if it must not. */
  notForBulk?: string
  /** Warning for operators who send appeals with this driver, shown by `/healthz`. */
  caution?: string
  /** Reads the driver's settings from all settings; returns all faults at once, or a function that makes the transport. */
  configure(raw: object): { faults: SettingFault[] } | { make(env: TransportBindings, use: MailUse): Transport }
}

type DriverDefinition<Account> = {
  name: string
  notForBulk?: string
  caution?: string
  /** Schema of the driver's settings by full name: NAME_URL, NAME_API_KEY and so on. */
  settings: z.ZodType<Account>
  /** Default calls per second of an account; NAME_CALLS_PER_SECOND overrides it. */
  callsPerSecond: number
  make(account: Account, around: DriverContext): Transport
}

/** Settings that every driver has, without the driver's name as prefix. */
const limits = z.object({
  CALLS_PER_SECOND: z.coerce.number({ error: 'must be a number' }).positive('must be more than 0').optional(),
  MAILS_PER_DAY: someOrUnset,
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
