import { describeCsvReader } from '../../../contracts/csv-reader.ts'

describeCsvReader()
