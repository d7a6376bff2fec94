using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Funds.Purposes;

/// <summary>Words of a clause with the days of a period.</summary>
public sealed record ClauseWords(
    ClauseKind Kind, string Words, LocalDate? From, LocalDate? Until, IReadOnlyList<string> Classes,
        IReadOnlyList<string> Communities);

/// <summary>What a donor said, as it was noted.</summary>
public sealed record ConsentView(ConsentAnswer Answer, Amount? Amount, LocalDate SaidOn, ConsentWay Way, string Document,
    Signature Noted);

/// <summary>A gift of a case.</summary>
/// <param name="Said">Every word of its donor, the one that counts last; none means nothing was heard.</param>
/// <param name="Changes">How much goes under the new words.</param>
public sealed record GiftOfChange(
    long Lot, LocalDate ReceivedOn, string? Donor, Amount Gift, Amount Left, IReadOnlyList<ConsentView> Said, Amount Changes)
{
    public ConsentView? Last => Said.Count > 0 ? Said[^1] : null;
}

/// <summary>A case with what the reader may do about it.</summary>
public sealed record PurposeChangeView(
    long Id, int FundId, string FundCode, string Fund, string Body, string Reason, PurposeBasis Basis, string FilingNumber,
        LocalDate? FiledOn,
    IReadOnlyList<ClauseWords> Old, IReadOnlyList<ClauseWords> New, IReadOnlyList<GiftOfChange> Gifts, PurposeChangeState State,
    Signature Opened, Signature? Agreed, Signature? Ended, string Reply, long? Voucher, bool MayNote, bool MayAgree,
        bool MayWithdraw, bool MayPrepare, bool LiftsPrincipal)
{
    public Amount Changes => Amount.Fen(Gifts.Sum(gift => gift.Changes.Units));
}

/// <summary>One case of a changed purpose.</summary>
public sealed record PurposeChangePage(long Change) : Query<PurposeChangeView>
{
    internal override Need Needs => Need.Any(TransferList.Readers);

    internal override async Task<PurposeChangeView> Answer(Work work, CancellationToken ct)
    {
        PurposeChange row = await work.Db.Set<PurposeChange>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.BookId == work.Book && row.PurposeChangeId == Change, ct)
            ?? throw new RefusedException(PurposeChange.Unknown, ("change", Change));
        if (!work.Rights.Reaches(TransferList.Readers, row.FundId))
        {
            throw new RefusedException(PurposeChange.Unknown, ("change", Change));
        }

        Fund fund = await work.FundById(row.FundId, ct);
        List<GiftLot> lots = await (from part in work.Db.Set<PurposeChangeLot>()
                                    join lot in work.Db.Set<GiftLot>() on new
                                    {
                                        part.BookId,
                                        part.LotId
                                    } equals new { lot.BookId, lot.LotId }
                                    where part.BookId == work.Book && part.PurposeChangeId == Change
                                    orderby lot.ReceivedOn, lot.LotId
                                    select lot).AsNoTracking().ToListAsync(ct);
        ILookup<long, PurposeConsent> said = (await work.Db.Set<PurposeConsent>().AsNoTracking()
            .Where(consent => consent.BookId == work.Book
                && consent.PurposeChangeId == Change).OrderBy(consent => consent.PurposeConsentId)
            .ToListAsync(ct)).ToLookup(consent => consent.LotId);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work,
            [row.OpenedBy, row.AgreedBy, row.EndedBy, .. lots.Select(lot => lot.CounterpartyId),
                .. said.SelectMany(all => all).Select(one => (long?)one.NotedBy)],
            ct);
        Dictionary<long, long> changes = await Changes(work, row, ct);
        bool signs = work.Rights.Reaches(FundSigners.Signing, row.FundId), decides = work.Rights.Reaches(FundSigners.Deciding,
            row.FundId);
        bool isOpen = row.State == PurposeChangeState.Open;
        return new PurposeChangeView(
            row.PurposeChangeId, fund.FundId, fund.Code, fund.Name,
            await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.Name).SingleAsync(ct), row.Reason,
                row.Basis,
            row.FilingNumber, row.FiledOn, await Old(work, lots, ct),
            [.. (await PurposeVoucher.ClausesOf(work, Change, ct)).Select(clause => new ClauseWords(
                clause.Kind, clause.Words, clause.FromDay, clause.UntilDay, clause.Classes, clause.Communities))],
            [.. lots.Select(lot => new GiftOfChange(lot.LotId, lot.ReceivedOn, lot.CounterpartyId is { } party ? names[party]
                : null,
                Amount.Fen(lot.Units), Amount.Fen(lot.Units - lot.Used - lot.Reserved),
                [.. said[lot.LotId].Select(one => new ConsentView(one.Answer, one.Units is { } units ? Amount.Fen(units)
                    : null, one.SaidOn, one.Way,
                    one.Document, new Signature(names[one.NotedBy], one.NotedAt)))],
                Amount.Fen(changes.GetValueOrDefault(lot.LotId))))],
            row.State, Signed(row.OpenedBy, row.OpenedAt)!, Signed(row.AgreedBy, row.AgreedAt), Signed(row.EndedBy,
                row.EndedAt), row.Reply,
            row.VoucherId, MayNote: isOpen && signs && row.Basis == PurposeBasis.Consent, MayAgree: isOpen && decides
                && row.OpenedBy != work.Actor,
            MayWithdraw: row.State is PurposeChangeState.Open or PurposeChangeState.Agreed && (row.OpenedBy == work.Actor
                || row.AgreedBy == work.Actor),
            MayPrepare: row.State == PurposeChangeState.Agreed && work.Rights.Reaches([Role.Accountant], row.FundId),
            row.LiftsPrincipal);

        Signature? Signed(long? by, Instant? at) => by is { } who && at is { } then ? new Signature(names[who], then) : null;
    }

    /// <summary>What its voucher takes of each gift or, before there is one, what it would take.</summary>
    private async Task<Dictionary<long, long>> Changes(Work work, PurposeChange row,
        CancellationToken ct) => row.VoucherId is { } voucher
        ? await work.Db.Set<VoucherLot>().Where(named => named.BookId == work.Book && named.VoucherId == voucher)
            .ToDictionaryAsync(named => named.LotId, named => named.Units, ct)
        : (await ConsentedPart.Of(work, Change, ct)).ToDictionary(part => part.Lot, part => part.Units);

    private static async Task<IReadOnlyList<ClauseWords>> Old(Work work, List<GiftLot> lots, CancellationToken ct)
    {
        if (lots.Count == 0)
        {
            return [];
        }

        long first = lots[0].LotId;
        long[] ids = await work.Db.Database
            .SqlQuery<long>($"select c.fund_clause_id as \"Value\" from lot_clauses({work.Book}, {first}) c").ToArrayAsync(ct);
        List<FundClause> clauses = await work.Db.Set<FundClause>().AsNoTracking()
            .Where(clause => clause.BookId == work.Book
                && ids.Contains(clause.FundClauseId)).OrderBy(clause => clause.FundClauseId).ToListAsync(ct);
        return
        [
            .. clauses.Select(clause => new ClauseWords(clause.Kind, clause.Words, clause.FromDay, clause.UntilDay,
                clause.Classes, clause.Communities)),
            .. lots.Select(lot => lot.Clause).Distinct().Where(words => words.Length > 0
                && clauses.TrueForAll(clause => clause.Words != words))
                .Select(words => new ClauseWords(ClauseKind.Purpose, words, null, null, [], [])),
        ];
    }
}
