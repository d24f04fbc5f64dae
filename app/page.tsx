import { redirect } from 'next/navigation'
import { findUser } from '@/lib/http/require-user'

/** The address people type: the billing page, or the way to it. */
export default async function HomePage() {
  redirect((await findUser()) === null ? '/sign-in' : '/billing')
}
