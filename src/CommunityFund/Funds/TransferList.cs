using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Funds;

/// <summary>Who signed, and when.</summary>
public sealed record Signature(string Name, Instant At);

/// <summary>A transfer as a page shows it, with what the reader may do about it.</summary>
public sealed record TransferView(
    long Id, string From, string FromCode, int FromFund, string To, string ToCode, int ToFund, Amount Amount, Restriction Restriction,
    string Reason, string Source, TransferState State, Signature Proposed, Signature? Agreed, Signature? Ended, string Reply, long? Voucher,
    bool MayAgree, bool MayPrepare, bool MayWithdraw)
{
    /// <summary>Whether somebody still has to do something.</summary>
    public bool IsOpen => State is TransferState.Proposed or TransferState.Agreed or TransferState.Prepared;
}

/// <summary>Transfers between funds that the person's role reaches, newest first: those that wait before those that are done.</summary>
/// <param name="Fund">Only of this fund; null for all.</param>
/// <param name="Id">Only this one; null for all.</param>
public sealed record TransferList(int? Fund = null, long? Id = null) : Query<IReadOnlyList<TransferView>>
{
    /// <summary>At most so many are listed.</summary>
    public const int Shown = 200;

    /// <summary>Readers of funds, and whoever signs for one.</summary>
    public static IReadOnlyList<Role> Readers { get; } = [.. FundNumbers.Readers.Union(FundSigners.Signing)];

    internal override Need Needs => Need.Any(Readers);

    internal override async Task<IReadOnlyList<TransferView>> Answer(Work work, CancellationToken ct)
    {
        int[] reached = [.. work.Rights.FundsOf(Readers)];
        List<FundTransfer> rows = await work.Db.Set<FundTransfer>().AsNoTracking()
            .Where(row => row.BookId == work.Book && (reached.Contains(row.FromFund) || reached.Contains(row.ToFund))
                && (Fund == null || row.FromFund == Fund || row.ToFund == Fund) && (Id == null || row.FundTransferId == Id))
            .OrderBy(row => row.State == TransferState.Proposed || row.State == TransferState.Agreed
                || row.State == TransferState.Prepared ? 0 : 1)
            .ThenByDescending(row => row.FundTransferId).Take(Shown).ToListAsync(ct);
        Dictionary<int, Fund> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(
            work, rows.SelectMany(row => new[] { row.ProposedBy, row.AgreedBy, row.EndedBy }), ct);
        return [.. rows.Select(row => View(work, row, funds, names))];
    }

    private static TransferView View(Work work, FundTransfer row, Dictionary<int, Fund> funds, IReadOnlyDictionary<long, string> names)
    {
        (Fund from, Fund to) = (funds[row.FromFund], funds[row.ToFund]);
        Role[] maker = [Role.Accountant];
        return new TransferView(
            row.FundTransferId, from.Name, from.Code, from.FundId, to.Name, to.Code, to.FundId, Amount.Fen(row.Units), row.Restriction,
            row.Reason, row.Source, row.State, Signed(row.ProposedBy, row.ProposedAt)!, Signed(row.AgreedBy, row.AgreedAt),
            Signed(row.EndedBy, row.EndedAt), row.Reply, row.VoucherId,
            MayAgree: row.State == TransferState.Proposed && row.ProposedBy != work.Actor
                && work.Rights.Reaches(FundSigners.Signing, to.FundId),
            MayPrepare: row.State == TransferState.Agreed && work.Rights.Reaches(maker, from.FundId)
                && work.Rights.Reaches(maker, to.FundId),
            MayWithdraw: row.State is TransferState.Proposed or TransferState.Agreed
                && (row.ProposedBy == work.Actor || row.AgreedBy == work.Actor));

        Signature? Signed(long? by, Instant? at) => by is { } who && at is { } then ? new Signature(names[who], then) : null;
    }
}
