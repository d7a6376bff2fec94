using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace CommunityFund.Enterprises;

/// <summary>What was agreed with an enterprise, as the form says it.</summary>
/// <param name="StakePpm">Millionths of it that the body holds.</param>
public sealed record TermForm(
    LocalDate InForceFrom, string Community, int StakePpm, Influence Influence, [property: Personal] string RelatedHow,
        ShareKind Share,
    int RatePpm, Amount Fixed, Amount Floor, Amount? Cap, short Decimals, short DaysToPay, int Fund, Restriction Restriction,
    [property: Personal] string Clause, string Agreement);

/// <summary>A new enterprise with its agreement, or a new version of the agreement; it counts once another person has
/// agreed.</summary>
/// <param name="Enterprise">Null for a new one.</param>
/// <param name="Name">Of a new one.</param>
/// <param name="Papers">The agreement.</param>
public sealed record ProposeTerm(
    Guid Key, long? Enterprise, string Name, TermForm Form, IReadOnlyList<Enclosure>? Papers = null) : Command<long>(Key)
{
    /// <summary>The name is missing, or the enterprise is in the register already.</summary>
    public const string BadName = "enterprise.bad-name";

    /// <summary>Community, agreement or the words of a restriction are missing or too long.</summary>
    public const string WordsMissing = "enterprise.words-missing";

    /// <summary>Stake, rate, floor and cap do not fit together.</summary>
    public const string BadRule = "enterprise.bad-rule";

    /// <summary>Another version waits for its second person.</summary>
    public const string WaitsAlready = "enterprise.term-waits";

    /// <summary>The money would go to a fund that nobody gives to.</summary>
    public const string NotOwnFund = "enterprise.not-own-fund";

    internal override ValueTask<Need> Needs(Work work, CancellationToken ct) =>
        new(Need.Any(RegisterRoles.Keeping).For(Form.Fund));

    /// <returns>The enterprise.</returns>
    internal override async Task<long> Apply(Work work, CancellationToken ct)
    {
        Fund fund = await work.FundById(Form.Fund, ct);
        RefuseUnless(fund.IsOwn, NotOwnFund);
        RefuseUnless(Fits(PlainText.Of(Form.Community), 60) && Fits(PlainText.Of(Form.Agreement), 100), WordsMissing);
        RefuseUnless(RuleFits(), BadRule);
        string told = PlainText.Of(Form.Clause), clause = Form.Restriction == Restriction.Unrestricted ? "" : told.Length > 0
            ? told : fund.Clause;
        RefuseUnless(Form.Restriction == Restriction.Unrestricted || Fits(clause, 500), WordsMissing);
        string related = PlainText.Of(Form.RelatedHow);
        RefuseUnless(related.Length <= 200, WordsMissing);
        long enterprise = Enterprise is { } known ? (await Enterprises.Enterprise.Of(work, known, ct)).EnterpriseId
            : await New(work, ct);
        if (await work.Db.Set<EnterpriseTerm>().AnyAsync(
            row => row.BookId == work.Book && row.EnterpriseId == enterprise && row.State == RegisterState.Waiting, ct))
        {
            throw new RefusedException(WaitsAlready);
        }

        work.Db.Add(new EnterpriseTerm
        {
            BookId = work.Book,
            EnterpriseId = enterprise,
            InForceFrom = Form.InForceFrom,
            Community = PlainText.Of(Form.Community),
            StakePpm = Form.StakePpm,
            Influence = Form.Influence,
            IsRelated = related.Length > 0,
            RelatedHow = related,
            Share = Form.Share,
            RatePpm = Form.RatePpm,
            FixedUnits = Form.Fixed.Units,
            FloorUnits = Form.Floor.Units,
            CapUnits = Form.Cap?.Units,
            Decimals = Form.Decimals,
            DaysToPay = Form.DaysToPay,
            FundId = Form.Fund,
            Restriction = Form.Restriction,
            Clause = clause,
            Agreement = PlainText.Of(Form.Agreement),
            FiledDocumentId = await FiledDocument.Keep(work, Papers, ct),
            State = RegisterState.Waiting,
            ProposedBy = work.ActorId,
            ProposedAt = work.Now,
        });
        await work.Db.SaveChangesAsync(ct);
        return enterprise;
    }

    private static bool Fits(string text, int limit) => text.Length > 0 && text.Length <= limit;

    private static void RefuseUnless(bool isRight, string code)
    {
        if (!isRight)
        {
            throw new RefusedException(code);
        }
    }

    private bool RuleFits() =>
        Form is { StakePpm: >= 0 and <= 1_000_000, Decimals: >= 0 and <= 2, DaysToPay: >= 0 and <= 366, Floor.IsNegative: false }
        && (Form.Cap is null || Form.Cap >= Form.Floor)
        && Form.Share switch
        {
            ShareKind.None => Form is { RatePpm: 0, Fixed.IsZero: true },
            ShareKind.Fixed => Form is { RatePpm: 0, Fixed.IsPositive: true },
            _ => Form is { RatePpm: > 0 and <= 1_000_000, Fixed.IsZero: true },
        };

    private async Task<long> New(Work work, CancellationToken ct)
    {
        long person = await Counterparty.FindOrAdd(work, PersonKind.Organisation, Name,
            ct) ?? throw new RefusedException(BadName);
        if (await work.Db.Set<Enterprise>().AnyAsync(row => row.BookId == work.Book && row.PersonId == person, ct))
        {
            throw new RefusedException(BadName);
        }

        Enterprise row = new() { BookId = work.Book, PersonId = person, RecordedBy = work.ActorId, RecordedAt = work.Now };
        work.Db.Add(row);
        await work.Db.SaveChangesAsync(ct);
        return row.EnterpriseId;
    }
}
