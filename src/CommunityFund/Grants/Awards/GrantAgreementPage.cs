using CommunityFund.Books;
using CommunityFund.Grants.Rounds;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Grants.Awards;

/// <summary>A place for a signature, and who has signed there.</summary>
/// <param name="Who">Who signs or has signed; empty where anybody of the body may.</param>
/// <param name="IsMine">The reader may sign here now.</param>
/// <param name="MayNote">The desk may note a signed paper here now.</param>
public sealed record SigningPlace(
    GrantPaper Paper, GrantSide Side, string Who, Instant? At, long? Document, bool IsMine, bool MayNote);

/// <summary>The account a grant is paid to.</summary>
public sealed record PayeeShown(
    long Account, PayeeKind Kind, string Name, string Holder, string Number, string Bank, bool IsCurrent, string CheckedBy, Instant? CoolsUntil);

/// <summary>An account of the register that may be named.</summary>
public sealed record PayeeChoice(long Account, string Name, string Number, string Bank, bool IsChecked);

/// <summary>Agreement and duty contract of an award, with who has signed and what is missing.</summary>
/// <param name="Terms">The newest version; a proposal where nothing was written yet.</param>
/// <param name="PaperVersion">Its number; zero for the proposal.</param>
/// <param name="Overdue">Whether it is overdue, and what comes of it.</param>
/// <param name="MayApproveRule">The reader may propose or approve the rule by which overdue awards lapse.</param>
public sealed record GrantAgreementView(
    GrantCase Grant, string Body, string RoundCode, string RoundTitle, AdvancePolicy Policy, string Lead, string FinLead, Amount Award,
        string Resolution,
    LocalDate AgreementDue, IReadOnlyList<(string Fund, Amount Amount)> Shares, AgreementTerms Terms, int PaperVersion, string Digest,
    IReadOnlyList<SigningPlace> Places, PayeeShown? Payee, IReadOnlyList<PayeeChoice> Choices, GrantOffer? Activate, GrantOffer? Decline,
    IReadOnlyList<(GrantMover Mover, string Name, Instant At)> Signed, bool MayDraft, LocalDate Today,
    OverdueAgreement Overdue, bool MayApproveRule)
{
    public Amount Own => Terms.Budget.Aggregate(Amount.Fen(0), (sum, line) => sum + line.Own);
}

/// <summary>What is signed for an award (S-P7), for those who sign and those who read.</summary>
public sealed record GrantAgreementPage(long Grant) : Query<GrantAgreementView>
{
    internal override Need Needs => Need.Person;

    internal override async Task<GrantAgreementView> Answer(Work work, CancellationToken ct)
    {
        GrantCase grant = await AwardReaders.Read(work, Grant, ct);
        GrantAward award = await work.Db.Set<GrantAward>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantId == Grant)
            .OrderByDescending(row => row.AwardNo).FirstOrDefaultAsync(ct)
            ?? throw new RefusedException(DraftAgreement.NotAwarded, ("title", grant.Title), ("state", grant.State));
        GrantRound round = await work.Db.Set<GrantRound>().AsNoTracking().SingleAsync(row => row.BookId == work.Book
            && row.GrantRoundId == grant.GrantRoundId, ct);
        GrantAgreement? paper = await GrantAgreement.Newest(work, award, ct);
        List<GrantSigning> signed = paper is null ? [] : await work.Db.Set<GrantSigning>().AsNoTracking().Where(row => row.BookId == work.Book
            && row.GrantId == Grant && row.AwardNo == award.AwardNo && row.Version == paper.Version).ToListAsync(ct);
        List<GrantSignature> moves = await work.Db.Set<GrantSignature>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantId == Grant
            && row.StateVersion == grant.StateVersion && row.Move == GrantMove.Activate).ToListAsync(ct);
        IReadOnlyDictionary<long, string> names = await PersonName.Of(work,
            [grant.LeadId, grant.FinLeadId, .. signed.Select(row => (long?)row.PersonId), .. moves.Select(row => row.PersonId)], ct);
        Dictionary<int, string> funds = (await work.Funds(ct)).ToDictionary(fund => fund.FundId, fund => $"{fund.Code} {fund.Name}");
        var shares = await work.Db.Set<GrantAwardFund>().Where(row => row.BookId == work.Book && row.GrantId == Grant
            && row.AwardNo == award.AwardNo)
            .Select(row => new { row.FundId, row.Units }).ToListAsync(ct);
        bool isDesk = work.Rights.Holds(Role.Desk), isRelated = (await grant.People(work, ct)).Contains(work.Actor ?? 0);
        bool isOpen = grant.State == GrantState.Awarded && award.EndedAt is null;
        IReadOnlyList<GrantOffer> offers = work.Actor is null ? [] : await GrantMoves.Open(work, grant, ct);
        return new GrantAgreementView(grant, await work.Db.Books.Where(book => book.BookId == work.Book).Select(book => book.Name).SingleAsync(ct),
            round.Code, round.Title, round.Policy, names[grant.LeadId], grant.FinLeadId is { } fin ? names[fin] : "",
                Amount.Fen(award.Units), award.Resolution,
            award.AgreementDue, [.. shares.Select(row => (funds[row.FundId], Amount.Fen(row.Units)))],
            paper is null ? Proposal(work, grant, round, award) : await TermsOf(work, paper, ct), paper?.Version ?? 0,
            paper is null ? "" : Convert.ToHexStringLower(paper.Sha256),
            [
                .. Places.Select(place => signed.SingleOrDefault(row => row.Paper == place.Paper && row.Side == place.Side) is { } done
                    ? new SigningPlace(place.Paper, place.Side, names[done.PersonId], done.At, done.FiledDocumentId, false, false)
                    : new SigningPlace(place.Paper, place.Side, Expected(place.Side), null, null,
                        isOpen && paper is not null && IsMine(place.Side), isOpen && paper is not null && place.Side != GrantSide.Body
                            && isDesk && !isRelated)),
            ],
            await PayeeShownOf(work, ct), isOpen && isDesk && !isRelated ? await Choices(work, ct) : [],
            offers.SingleOrDefault(offer => offer.Move == GrantMove.Activate),
                offers.SingleOrDefault(offer => offer.Move == GrantMove.DeclineAward),
            [.. moves.Select(row => (row.Mover, row.PersonId is { } by ? names[by] : "", row.At))], isOpen && isDesk && !isRelated, work.Today,
            await OverdueAgreements.Of(work, grant.State, award.AgreementDue, ct), OverdueAgreements.MayDecide(work));

        string Expected(GrantSide side) => side switch
        {
            GrantSide.Lead => names[grant.LeadId],
            GrantSide.FinLead => grant.FinLeadId is { } id ? names[id] : "",
            _ => "",
        };

        bool IsMine(GrantSide side) => side switch
        {
            GrantSide.Lead => grant.LeadId == work.Actor && work.Rights.Holds(Role.Lead, Role.FinLead, Role.Desk),
            GrantSide.FinLead => grant.FinLeadId == work.Actor && work.Rights.Holds(Role.Lead, Role.FinLead, Role.Desk),
            _ => !isRelated && work.Rights.Holds(Role.Desk, Role.ApproverL1),
        };
    }

    private static IReadOnlyList<(GrantPaper Paper, GrantSide Side)> Places { get; } =
    [
        (GrantPaper.Agreement, GrantSide.Lead), (GrantPaper.Agreement, GrantSide.Body), (GrantPaper.Duty, GrantSide.Lead), (GrantPaper.Duty,
            GrantSide.FinLead),
    ];

    /// <summary>Where nothing is written yet: two tranches, the second after the first is accounted for, and what the guide forbids.</summary>
    private static AgreementTerms Proposal(Work work, GrantCase grant, GrantRound round, GrantAward award)
    {
        IReadOnlyList<Amount> parts = Amount.Fen(award.Units).Split(6, 4);
        LocalDate starts = work.Today.PlusDays(14), middle = starts.PlusMonths(3), ends = starts.PlusMonths(6);
        return new AgreementTerms(starts, ends,
            [new TrancheTerm(parts[0], starts, "协议双方签订", middle),
             new TrancheTerm(parts[1], middle, "前一期核销满九成，中期报告通过", ends.PlusDays(15))],
            [new BudgetTerm(grant.Title, Amount.Fen(award.Units), Amount.Fen(grant.OwnUnits))], [], round.Forbidden,
            "项目结束后十五日内，未使用的资助款原路退回；不能按约使用的，收到通知后三十日内退回。");
    }

    private static async Task<AgreementTerms> TermsOf(Work work, GrantAgreement paper, CancellationToken ct) => new(
        paper.StartsOn, paper.EndsOn,
        [.. (await work.Db.Set<GrantTranche>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantId == paper.GrantId
            && row.AwardNo == paper.AwardNo && row.Version == paper.Version).OrderBy(row => row.No).ToListAsync(ct))
            .Select(row => new TrancheTerm(Amount.Fen(row.Units), row.EarliestOn, row.Condition, row.ReportDueOn))],
        [.. (await work.Db.Set<GrantAgreedLine>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantId == paper.GrantId
            && row.AwardNo == paper.AwardNo && row.Version == paper.Version).OrderBy(row => row.No).ToListAsync(ct))
            .Select(row => new BudgetTerm(row.What, Amount.Fen(row.Units), Amount.Fen(row.OwnUnits)))],
        [.. (await work.Db.Set<GrantBaseline>().AsNoTracking().Where(row => row.BookId == work.Book && row.GrantId == paper.GrantId
            && row.AwardNo == paper.AwardNo && row.Version == paper.Version).OrderBy(row => row.No).ToListAsync(ct))
            .Select(row => new IndicatorTerm(row.Indicator, row.Baseline, row.Target))],
        paper.Forbidden, paper.Returns);

    private async Task<PayeeShown?> PayeeShownOf(Work work, CancellationToken ct)
    {
        PayeeFact? fact = await AwardFacts.PayeeOf(work, Grant, ct);
        PayeeRow? row = await work.Db.Database.SqlQuery<PayeeRow>(
            $"""
            select p.payee_account_id as "Account", p.kind as "Kind", o.name as "Name", h.name as "Holder", a.number as "Number",
              a.bank_name as "Bank",
                   coalesce(k.name, '') as "CheckedBy"
              from grant_payee p join payee_account a using (book_id, payee_account_id)
              join person o on o.person_id = a.payee_id join person h on h.person_id = a.holder_id left join person k on k.person_id = a.checked_by
             where p.book_id = {work.Book} and p.grant_id = {Grant} order by p.no desc limit 1
            """).SingleOrDefaultAsync(ct);
        return row is null || fact is null ? null : new PayeeShown(row.Account, Codes.Parse<PayeeKind>(row.Kind), row.Name, row.Holder,
            row.Number, row.Bank,
            fact.IsCurrent, row.CheckedBy, fact.CoolsUntil);
    }

    private static async Task<IReadOnlyList<PayeeChoice>> Choices(Work work, CancellationToken ct) => await work.Db.Database.SqlQuery<PayeeChoice>(
        $"""
        select a.payee_account_id as "Account", o.name as "Name", a.number as "Number", a.bank_name as "Bank", a.checked_by is not null as
          "IsChecked"
          from payee_account a join person o on o.person_id = a.payee_id join person h on h.person_id = a.holder_id
         where a.book_id = {work.Book} and a.ended_at is null and o.kind = 'organisation' and h.kind = 'organisation' order by o.name limit 500
        """).ToListAsync(ct);

    private sealed record PayeeRow(long Account, string Kind, string Name, string Holder, string Number, string Bank, string CheckedBy);
}
