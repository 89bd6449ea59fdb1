import type { Settings } from '../env.ts'
import type { MailSender } from './template/compile.ts'

/** What mails say of whom they come from. */
export const senderOf = (settings: Settings): MailSender => ({
  publicUrl: settings.publicUrl,
  senderName: settings.senderName,
  postalAddress: settings.postalAddress,
  locales: [...settings.locales],
})
