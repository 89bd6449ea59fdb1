import type { Settings } from '../env.ts'
import type { MailSender } from './template/compile.ts'

/** The settings that mails show about their sender. */
export const senderOf = (settings: Settings): MailSender => ({
  publicUrl: settings.publicUrl,
  senderName: settings.senderName,
  postalAddress: settings.postalAddress,
  locales: [...settings.locales],
})
