using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Books;

/// <summary>
/// The one place where a voucher of series 备 is posted without a review of its own (rulings 2). What two persons signed, one after the other,
/// promises money or gives a promise up: the first is its maker, the second its reviewer, and the database proves that they are two. What the
/// calendar gives up is reviewed by a rule that two persons approved; the database proves that it only makes promises smaller.
/// </summary>
internal static class SignedCommitment
{
    /// <summary>The rule that reviews what the calendar gives up; it is proposed and approved where the closing rule is.</summary>
    public const string Rule = "lapsed-commitments";

    /// <summary>Writes and posts it.</summary>
    /// <param name="before">What the feature writes once the funds are locked and the money is held; its argument is the voucher.</param>
    /// <returns>The voucher.</returns>
    /// <exception cref="RefusedException">A fund has less available.</exception>
    public static async Task<long> Post(Work work, JournalEntry entry, long first, long second, Func<long, Task> before, CancellationToken ct)
    {
        long voucher = await Write(work, entry, first, before, ct);
        await new PostingDoor(work.Db).Post(work.Book, [voucher], second, work.Now, ct);
        return voucher;
    }

    /// <summary>Writes and posts what the calendar gives up. The move that gives it up is logged in the same transaction.</summary>
    /// <param name="maker">Who signed first for what is given up: nobody is at work when a timer runs.</param>
    /// <param name="before">As above.</param>
    /// <returns>The voucher.</returns>
    /// <exception cref="RefusedException">No such rule is in force; ask <see cref="IsRuleInForce"/> first.</exception>
    public static async Task<long> PostByRule(Work work, JournalEntry entry, long maker, Func<long, Task> before, CancellationToken ct)
    {
        long voucher = await Write(work, entry, maker, before, ct);
        await new PostingDoor(work.Db).PostByRule(work.Book, [voucher], Rule, work.Now, ct);
        return voucher;
    }

    /// <summary>Whether the calendar may give anything up today; without the rule it leaves things as they are.</summary>
    public static async Task<bool> IsRuleInForce(Work work, CancellationToken ct) => await work.Db.Database.SqlQuery<bool>(
        $"""select rule_in_force({work.Book}, {Rule}, {work.Today.ToDateOnly()}) as "Value" """).SingleAsync(ct);

    private static async Task<long> Write(Work work, JournalEntry entry, long maker, Func<long, Task> before, CancellationToken ct)
    {
        if (entry.Series != Series.Commitments)
        {
            throw new ArgumentException("Only commitments are posted by their signatures.", nameof(entry));
        }

        long voucher = (await new VoucherWriter(work, maker).Write([new Draft(entry)], ct))[0];
        await before(voucher);
        await work.Db.SaveChangesAsync(ct);
        return voucher;
    }
}
