import type { Fault, SinkCall } from '../sinks/faults.ts'
import * as mailgun from '../sinks/mailgun.ts'
import * as resend from '../sinks/resend.ts'

/** Calls a second that the settings allow: more than the machine makes. */
const CALLS_PER_SECOND = '1000'

export type Sink = { url: string; calls: SinkCall[]; fault: (call: number) => Fault | null; close(): Promise<void> }

/** A provider of the chaos tests: its sink, and the settings that let Tocsin send to the sink. */
export type Target = {
  idempotent: boolean // the provider recognises a repeated call by its key
  answersEach: boolean // the provider answers for each mail of a call
  start(): Promise<Sink>
  settings(url: string): Record<string, string>
}

export const TARGETS = {
  resend: {
    idempotent: true,
    answersEach: true,
    start: () => resend.startResendSink({ keep: false }),
    settings: (url) => ({
      BULK_TRANSPORT: 'resend',
      RESEND_URL: url,
      RESEND_API_KEY: resend.API_KEY,
      RESEND_CALLS_PER_SECOND: CALLS_PER_SECOND,
    }),
  },
  mailgun: {
    idempotent: false,
    answersEach: false, // one answer for the call
    start: () => mailgun.startMailgunSink({ keep: false }),
    settings: (url) => ({
      BULK_TRANSPORT: 'mailgun',
      MAILGUN_URL: url,
      MAILGUN_DOMAIN: mailgun.DOMAIN,
      MAILGUN_API_KEY: mailgun.API_KEY,
      MAILGUN_CALLS_PER_SECOND: CALLS_PER_SECOND,
    }),
  },
} as const satisfies Record<string, Target>

export type TargetName = keyof typeof TARGETS
export const isTarget = (name: string): name is TargetName => Object.hasOwn(TARGETS, name)
