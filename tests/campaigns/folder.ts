import { readCampaign } from '../../src/campaigns/source/read-campaign.ts'

/** A small campaign folder without faults, for tests to change. */
export const DEFINITION = `slug: harbour-cranes
status: open
opened: 2026-03-01
country: NO
topics: [transport]
organisations:
  - id: port
    role: employer
    name: Port of Nowhere
targets:
  - id: director
    role: Harbour director
    organisation: port
    locale: fr
    salutation: { en: Dear director, fr: Madame }
    channels:
      email: [director@example.org]
    ladder: [own-mailbox]
`

export const ENGLISH = `---
title: Crane drivers locked out
summary: Forty drivers stand outside the gate.
subjects:
  appeal: Open the gate
---

## Appeal

Forty drivers stand outside.

## Letter

Open the gate.
`

export const FOLDER = { 'campaign.yaml': DEFINITION, 'en.md': ENGLISH }

/** The faults of a folder as an organiser reads them, without the constant part of the path. */
export async function faultsIn(files: Record<string, string>): Promise<string[]> {
  const { faults } = await readCampaign('harbour-cranes', files)
  return faults.map(({ file, line, found }) => `${file.replace('campaigns/harbour-cranes/', '')}:${line} ${found}`)
}

/** The campaign of a folder without faults. */
export async function campaignIn(files: Record<string, string>, slug = 'harbour-cranes') {
  const { campaign, faults } = await readCampaign(slug, files)
  if (campaign === undefined) throw new Error(`unexpected faults: ${JSON.stringify(faults)}`)
  return campaign
}
