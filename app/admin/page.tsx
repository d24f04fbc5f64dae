import { redirect } from 'next/navigation'
import { requireStaffUser } from '@/lib/http/require-staff'

export default async function ConsolePage() {
  await requireStaffUser()
  redirect('/admin/accounts')
}
