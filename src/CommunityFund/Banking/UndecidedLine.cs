using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Banking;

/// <summary>A bank line locked for a decision about it: one person at a time, and none while a voucher rests on it.</summary>
public static class UndecidedLine
{
    /// <summary>There is no such line in this book.</summary>
    public const string Unknown = "bank-line.unknown";

    /// <summary>A voucher waits or stands on the line.</summary>
    public const string HasVoucher = "bank-line.has-voucher";

    /// <summary>A reason is asked, of a length.</summary>
    public const string ReasonMissing = "bank-line.reason-missing";

    /// <summary>The line lies before the opening day, so the opening balances hold it.</summary>
    public const string BeforeOpening = "bank-line.before-opening";

    /// <summary>The line is in that state already.</summary>
    public const string SameState = "bank-line.same-state";

    internal const int LongestReason = 200;

    /// <summary>Locks a line of which something is left to be disposed of.</summary>
    /// <param name="mayBePartly">Whether a part of it may rest with vouchers already.</param>
    internal static async Task<BankLine> Lock(Work work, long line, bool mayBePartly, CancellationToken ct)
    {
        await work.Db.Database.ExecuteSqlAsync(
            $"select 1 from bank_line where book_id = {work.Book} and bank_line_id = {line} for no key update", ct);
        BankLine found = await work.Db.Set<BankLine>()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.BankLineId == line, ct)
            ?? throw new RefusedException(Unknown, ("line", line));
        List<OpenMatch> matches = await BankMatch.Open(work.Db, work.Book).Where(match => match.BankLineId == line).ToListAsync(ct);
        if (matches.Sum(match => match.Units) is var taken && (mayBePartly ? taken == found.Units : matches.Count > 0))
        {
            long last = matches.Max(match => match.VoucherId);
            Voucher voucher = await work.Db.Vouchers.AsNoTracking()
                .SingleAsync(row => row.BookId == work.Book && row.VoucherId == last, ct);
            throw new RefusedException(HasVoucher, ("state", Term.Of(voucher.State)), ("at", voucher.PreparedAt));
        }

        return found;
    }

    internal static async Task Decide(Work work, long line, BankLineState state, string reason, CancellationToken ct)
    {
        BankLine found = await Lock(work, line, mayBePartly: false, ct);
        if (found.OccurredOn < await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.OpeningDay)
            .SingleAsync(ct))
        {
            throw new RefusedException(BeforeOpening, ("day", found.OccurredOn));
        }

        if (found.State == BankLineState.Doubtful)
        {
            throw new RefusedException(ConstraintRefusal.BankLineDoubtful);
        }

        if (found.State == state && found.Reason == reason)
        {
            throw new RefusedException(SameState, ("state", Term.Of(state)));
        }

        (found.State, found.Reason, found.DecidedBy, found.DecidedAt) = (state, reason, work.ActorId, work.Now);
    }

    internal static string Told(string reason)
    {
        string told = PlainText.Of(reason);
        return told.Length is > 0 and <= LongestReason ? told
            : throw new RefusedException(ReasonMissing, ("limit", LongestReason));
    }
}
