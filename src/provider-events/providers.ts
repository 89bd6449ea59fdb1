import type { Provider } from './provider.ts'
import { brevo } from './providers/brevo.ts'
import { mailgun } from './providers/mailgun.ts'
import { postmark } from './providers/postmark.ts'
import { resend } from './providers/resend.ts'
import { sendgrid } from './providers/sendgrid.ts'
import { ses } from './providers/ses.ts'

/** Providers that post to `/webhooks/<name>`. Cloudflare's events come through a queue instead. */
export const providers: readonly Provider[] = [brevo, mailgun, postmark, resend, sendgrid, ses]
