using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.ChangeOver;

/// <summary>An answer to a question of the change-over: how much of an account goes elsewhere in a fund, or is recorded for the
/// first time.</summary>
/// <param name="Question">Key of the part or the recognition.</param>
/// <param name="Account">Key of the account that is split, or of the part of it; empty for a recognition.</param>
/// <param name="Restriction">Of the net assets that a recognition adds; null takes the fund's own.</param>
/// <param name="Words">What it is, beside the question's own words.</param>
public sealed record ConversionAnswer(
    string Question, string Account, int Fund, Amount Amount, Restriction? Restriction = null, [property: Personal] string Words = "");

/// <summary>
/// 衔接凭证: splits, merges and first recognitions of a change-over, part of the new year's opening. It waits for review like any
/// other; a mistake in one that is posted is put right by a further one, as long as January is open.
/// </summary>
public sealed record PrepareConversion(Guid Key, IReadOnlyList<ConversionAnswer> Answers) : Command<long>(Key)
{
    /// <summary>The book has not gone over to another standard.</summary>
    public const string NotChanged = "change-over.not-changed";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(Role.Accountant).For(Answers.Select(answer => answer.Fund)));

    /// <summary>Another conversion waits for review.</summary>
    public const string OneWaiting = "change-over.one-waiting";

    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        (LocalDate day, StandardMapping mapping) = await LastChange(work, ct) ?? throw new RefusedException(NotChanged);
        // Two at once would both move the same balance; the general fund, which every book has, makes them wait for each other.
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from fund where book_id = {work.Book} and kind = 'general' for no key update", ct);
        if (await work.Db.Vouchers.AnyAsync(voucher => voucher.BookId == work.Book && voucher.Kind == VoucherKind.Conversion
            && voucher.State == VoucherState.Prepared, ct))
        {
            throw new RefusedException(OneWaiting);
        }

        JournalEntry entry = await ConversionEntry.Of(work, day, mapping, Answers, ct);
        return await work.Prepare(new Draft(entry, VoucherKind.Conversion), ct);
    }

    /// <summary>The day and the table of the last change-over; null if there was none.</summary>
    internal static async Task<(LocalDate Day, StandardMapping Mapping)?> LastChange(Work work, CancellationToken ct)
    {
        List<BookStandard> standards = await work.Db.Set<BookStandard>().AsNoTracking().Where(row => row.BookId == work.Book)
            .OrderByDescending(row => row.ValidFrom).Take(2).ToListAsync(ct);
        return standards is [var now, var before] && Standards.After(before.Standard) is { } mapping
            ? (now.ValidFrom, mapping) : null;
    }
}
