import { env } from 'cloudflare:workers'
import type { Driver, MailUse, TransportBindings } from '../../src/transports/driver.ts'
import { driver as outbox } from '../../src/transports/drivers/outbox.ts'
import { driver as resend } from '../../src/transports/drivers/resend.ts'
import type { Limits, Outcome, Transport } from '../../src/transports/transport.ts'
import { sleep } from './organiser.ts'

/** The result of a call. An `Outcome` is returned without taking any mail; `silence` takes all mails and gives an unknown outcome. */
export type Fate = 'accept' | 'silence' | Outcome

/** A scriptable transport: `fate` decides each call, `limits` and `maxBatch` set its limits, and its mails go to the outbox. */
export class Behaving {
  readonly calls: Array<{ key: string; people: number; at: number }> = []
  fate: (call: number) => Fate = () => 'accept'
  limits: Partial<Limits> = {}
  maxBatch = 5
  idempotencySeconds = 86_400
  answerAfterMs = 0
  /** Awaited before each call is answered: a test can hold a call open. */
  held: (call: number) => Promise<void> = async () => {}

  reset(): void {
    this.calls.length = 0
    Object.assign(this, { fate: () => 'accept', limits: {}, maxBatch: 5, idempotencySeconds: 86_400, answerAfterMs: 0 })
    this.held = async () => {}
  }

  as(name: string, real: Transport): Transport {
    return {
      ...real,
      ...this.limits,
      name,
      maxBatch: this.maxBatch,
      idempotencySeconds: this.idempotencySeconds,
      account: async () => name,
      send: async (call, key) => {
        this.calls.push({ key, people: call.people, at: Date.now() })
        const fate = this.fate(this.calls.length)
        await this.held(this.calls.length)
        if (typeof fate === 'object') return fate
        const answer = await real.send(call, `${name} ${key}`)
        await sleep(this.answerAfterMs)
        return fate === 'silence' ? { kind: 'unknown', reason: 'cut' } : answer
      },
    }
  }
}

/** Replaces the bulk transport of TEST_SETTINGS, and optionally adds a failover. Call before the settings are first read. */
export function behavingTransports(withFallback: boolean): { main: Behaving; fallback: Behaving } {
  const main = new Behaving()
  const fallback = new Behaving()
  const configure = outbox.configure
  const make = (bindings: TransportBindings, use: MailUse, name: string, as: Behaving) => {
    const configured = configure({})
    if ('faults' in configured) throw new Error(JSON.stringify(configured.faults))
    const real = configured.make(bindings, use)
    return use === 'bulk' ? as.as(name, real) : real
  }
  const instead = (driver: Driver, as: Behaving) => {
    driver.configure = () => ({ make: (bindings, use) => make(bindings, use, driver.name, as) })
  }
  instead(outbox, main)
  instead(resend, fallback)
  if (withFallback) Object.assign(env, { BULK_FALLBACK_TRANSPORT: 'resend' })
  return { main, fallback }
}
