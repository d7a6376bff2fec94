using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Books;

/// <summary>
/// Step-up: a person who signed in proves again, by password or code, before acts that weigh more. One proof is enough for a
/// sitting: it lasts while such acts follow one another, and never longer than an hour and a half.
/// </summary>
public static class RecentProof
{
    /// <summary>Without an act that needed it, a proof lasts so long.</summary>
    public const int Minutes = 15;

    private const int LongestMinutes = 90;

    /// <summary>Whether the sign-in has a proof; using it keeps it warm.</summary>
    internal static async Task<bool> Use(Work work, string signIn, CancellationToken ct)
    {
        DateTime now = work.Now.ToDateTimeUtc(), idle = (work.Now - Duration.FromMinutes(Minutes)).ToDateTimeUtc(),
            longest = (work.Now - Duration.FromMinutes(LongestMinutes)).ToDateTimeUtc();
        return await work.Db.Database.ExecuteSqlAsync(
            $"""
            update sign_in_session set proof_used_at = {now}
             where session_id = {signIn} and expires_at > {now} and proved_at > {longest} and coalesce(proof_used_at, proved_at) > {idle}
               and login_id in (select id from login where person_id = {work.Actor})
            """,
            ct) == 1;
    }
}
