using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.TimeBank.Units;

/// <summary>An entry in hours or points: what kind it is and, where it takes something back or hands out what was reserved, of which entry.</summary>
/// <param name="Grounds">Of hours or points that are issued for something served: why each person gets them, the same as the lines.</param>
internal sealed record UnitEntry(UnitKind Kind, JournalEntry Entry, long? Of = null, IReadOnlyList<Ground>? Grounds = null)
{
    /// <summary>Every line of such an entry is red, or none.</summary>
    public bool IsRed => Entry.Lines[0].Amount.IsNegative;
}

/// <summary>
/// The one way hours and points move: a voucher of series 时 or 分 with its paper, posted in the same transaction. What was confirmed by a second
/// party, and what a holder does with the own hours and points, goes by a rule that two people approved; hours that nobody served, and whatever is
/// taken back, have a person as reviewer. The database proves kind, accounts, holders and lots.
/// </summary>
internal sealed class UnitDoor(Work work, Fund programme)
{
    /// <summary>The rule's key; it is proposed and approved where the closing rule is.</summary>
    public const string Rule = "confirmed-hours";

    /// <summary>Nobody has approved the rule for that day.</summary>
    public const string RuleMissing = "time-bank.rule-missing";

    /// <summary>Posts by the rule.</summary>
    /// <param name="maker">Whose doing it is, where that is not the person signed in: a volunteer with a card.</param>
    /// <returns>Where they stand, in the order given.</returns>
    /// <exception cref="RefusedException">The rule is not in force, or a holder has less.</exception>
    public async Task<IReadOnlyList<PostedNumber>> PostByRule(IReadOnlyList<UnitEntry> entries, CancellationToken ct, long? maker = null)
    {
        foreach (LocalDate day in entries.Select(entry => entry.Entry.OccurredOn).Distinct())
        {
            if (!await work.Db.Database.SqlQuery<bool>(
                $"""select rule_in_force({work.Book}, {Rule}, {day.ToDateOnly()}) as "Value" """).SingleAsync(ct))
            {
                throw new RefusedException(RuleMissing, ("day", day));
            }
        }

        long[] vouchers = await Write(entries, maker, ct);
        return await new PostingDoor(work.Db).PostByRule(work.Book, vouchers, Rule, work.Now, ct);
    }

    /// <summary>Posts what one person asked for and the other, who is at work now, agrees to.</summary>
    /// <param name="maker">Who asked for it.</param>
    /// <exception cref="RefusedException">They are one person, or a holder has less.</exception>
    public async Task<IReadOnlyList<PostedNumber>> PostByTwo(IReadOnlyList<UnitEntry> entries, long maker, CancellationToken ct)
    {
        long[] vouchers = await Write(entries, maker, ct);
        return await new PostingDoor(work.Db).Post(work.Book, vouchers, work.ActorId, work.Now, ct);
    }

    /// <summary>Each voucher stands alone: what is taken back later is taken back by itself.</summary>
    private async Task<long[]> Write(IReadOnlyList<UnitEntry> entries, long? maker, CancellationToken ct)
    {
        VoucherWriter writer = VoucherWriter.OfUnits(work, maker);
        IReadOnlyList<long> vouchers = await writer.WriteApart([.. entries.Select(entry => new Draft(entry.Entry))], ct);
        work.Db.AddRange(entries.Zip(vouchers, (entry, voucher) => new UnitPaper
        {
            BookId = work.Book,
            VoucherId = voucher,
            FundId = programme.FundId,
            Kind = entry.Kind,
            IsRed = entry.IsRed,
            OfEntryNo = entry.Of,
            CommandKey = work.CommandKey,
        }));
        await work.Db.SaveChangesAsync(ct);
        foreach ((UnitEntry entry, long voucher) in entries.Zip(vouchers))
        {
            await EarnedGround.Write(work, voucher, entry.Entry.Lines[0].Amount.Commodity, entry.Grounds ?? [], ct);
        }

        return [.. vouchers];
    }
}
