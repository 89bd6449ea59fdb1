import { campaigns } from './areas/campaigns.ts'
import { cli } from './areas/cli.ts'
import { dispatches } from './areas/dispatches.ts'
import { joining } from './areas/joining.ts'
import { letters } from './areas/letters.ts'
import { outbox } from './areas/outbox.ts'
import { pages } from './areas/pages.ts'
import { settings } from './areas/settings.ts'
import { supporters } from './areas/supporters.ts'
import { webhooks } from './areas/webhooks.ts'
import { wire } from './areas/wire.ts'
import type { Shelf } from './book.ts'

/** Parts of the recording, each on servers of its own, so that one can be looked at alone. The long ones come first. */
export const AREAS: Readonly<Record<string, (shelf: Shelf, bundle: string) => Promise<void>>> = {
  wire,
  campaigns,
  cli,
  webhooks,
  joining,
  letters,
  dispatches,
  pages,
  supporters,
  settings,
  outbox,
}
