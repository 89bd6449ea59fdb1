import type { Settings } from '../env.ts'
import type { Sender } from './template/compile.ts'

/** What mails say of whom they come from. */
export const senderOf = (settings: Settings): Sender => ({
  publicUrl: settings.publicUrl,
  senderName: settings.senderName,
  postalAddress: settings.postalAddress,
  locales: [...settings.locales],
})
