/** Regions in which new objects can be placed (developers.cloudflare.com/durable-objects/reference/data-location). */
export const LOCATION_HINTS = [
  'wnam',
  'enam',
  'sam',
  'weur',
  'eeur',
  'apac',
  'apac-ne',
  'apac-se',
  'oc',
  'afr',
  'me',
] as const
