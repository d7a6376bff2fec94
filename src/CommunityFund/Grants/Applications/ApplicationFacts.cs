using CommunityFund.Books;
using CommunityFund.Grants.Screening;
using CommunityFund.Ledger;
using Microsoft.EntityFrameworkCore;

namespace CommunityFund.Grants.Applications;

/// <summary>What the guards of applying and screening look at.</summary>
public sealed record ApplicationFacts
{
    /// <summary>Sections that have gaps.</summary>
    public IReadOnlyList<SectionKind> Incomplete { get; init; } = [];

    /// <summary>The budget as the group says it, as its lines come to, and what the group brings, in fen.</summary>
    public long Total { get; init; }

    public long Sum { get; init; }

    public long Own { get; init; }

    /// <summary>Checks of the guide that nobody has answered, and those that do not hold.</summary>
    public IReadOnlyList<ScreeningCheck> Unanswered { get; init; } = [];

    public IReadOnlyList<ScreeningCheck> Failed { get; init; } = [];

    /// <summary>How many times a correction was asked for, and how many items are listed for the one to be asked now.</summary>
    public int Corrections { get; init; }

    public int Items { get; init; }

    /// <summary>Sections that differ from what was signed though nobody opened them.</summary>
    public IReadOnlyList<SectionKind> ChangedUnopened { get; init; } = [];

    /// <summary>Whether one has signed the corrected text, so that it is closed.</summary>
    public bool IsSignedByOne { get; init; }

    /// <summary>How many times the group appealed against being found ineligible.</summary>
    public int Appeals { get; init; }

    internal static async Task<ApplicationFacts> Of(Work work, GrantCase grant, CancellationToken ct) => grant.State switch
    {
        GrantState.Draft or GrantState.AwaitingSignOff => Written(await SignedText.Of(work, grant, ct)),
        GrantState.CorrectionRequested => await Corrected(work, grant, ct),
        GrantState.UnderScreening => await Screened(work, grant, ct),
        GrantState.Ineligible => new ApplicationFacts { Appeals = await Made(work, grant, GrantMove.AppealIneligible, ct) },
        _ => new ApplicationFacts(),
    };

    private static ApplicationFacts Written(SignedText text) => new()
    {
        Incomplete = [.. text.Sections.Where(section => !section.IsComplete).Select(section => section.Kind)],
        Total = text.Budget.Total.Units,
        Sum = text.Budget.Sum.Units,
        Own = text.Budget.Own.Units,
    };

    private static async Task<ApplicationFacts> Corrected(Work work, GrantCase grant, CancellationToken ct)
    {
        SignedText now = await SignedText.Of(work, grant, ct);
        SignedText signed = SignedText.Read(await work.Db.Set<GrantSnapshot>().AsNoTracking()
            .Where(row => row.BookId == work.Book && row.GrantId == grant.GrantId).OrderByDescending(row => row.No)
            .Select(row => row.Content).FirstOrDefaultAsync(ct) ?? now.Write());
        HashSet<SectionKind> opened = [.. (await GrantCorrection.Of(work, grant.GrantId, ct)).Select(row => row.Section)];
        IEnumerable<SectionKind> changed = now.Sections.Zip(signed.Sections)
            .Where(pair => GrantSection.Write(pair.First) != GrantSection.Write(pair.Second)).Select(pair => pair.First.Kind)
            .Concat(now.Papers.SequenceEqual(signed.Papers) ? [] : [SectionKind.Papers]);
        return Written(now) with
        {
            ChangedUnopened = [.. changed.Where(section => !opened.Contains(section))],
            IsSignedByOne = await WrittenCase.IsSigned(work, grant, ct),
        };
    }

    private static async Task<ApplicationFacts> Screened(Work work, GrantCase grant, CancellationToken ct)
    {
        IReadOnlyList<CheckAnswer> answers = await GrantCheck.Last(work, grant.GrantId, ct);
        return new ApplicationFacts
        {
            Unanswered = [.. Enum.GetValues<ScreeningCheck>().Except(answers.Select(row => row.Check))],
            Failed = [.. answers.Where(row => row.Verdict == CheckVerdict.Not).Select(row => row.Check)],
            Corrections = await Made(work, grant, GrantMove.RequestCorrection, ct),
            Items = (await GrantCorrection.Of(work, grant.GrantId, ct)).Count(row => row.StateVersion == grant.StateVersion),
        };
    }

    private static Task<int> Made(Work work, GrantCase grant, GrantMove move, CancellationToken ct) => work.Db.Set<GrantLog>()
        .CountAsync(row => row.BookId == work.Book && row.GrantId == grant.GrantId && row.Move == move, ct);
}

/// <summary>The guards of applying and screening.</summary>
internal static class ApplicationNeeds
{
    /// <summary>Sections have gaps; fact: <c>sections</c>.</summary>
    public const string Incomplete = "application.incomplete";

    /// <summary>The lines do not come to the total.</summary>
    public const string NotAddingUp = "application.not-adding-up";

    /// <summary>More is asked for than the round gives to one application.</summary>
    public const string AboveCap = "application.above-cap";

    /// <summary>The group brings less than the guide asks.</summary>
    public const string OwnTooSmall = "application.own-too-small";

    /// <summary>Checks have no answer.</summary>
    public const string Unchecked = "screening.unchecked";

    /// <summary>Checks do not hold: it is corrected or refused, not accepted.</summary>
    public const string CheckFailed = "screening.check-failed";

    /// <summary>A correction was asked for before.</summary>
    public const string CorrectedAlready = "screening.corrected-already";

    /// <summary>No item says what to correct.</summary>
    public const string NothingListed = "screening.nothing-listed";

    /// <summary>A refusal names the clause it rests on.</summary>
    public const string NoClause = "screening.no-clause";

    /// <summary>Something was changed that was not opened for correction.</summary>
    public const string ChangedOther = "application.changed-other";

    /// <summary>Nobody has signed the corrected text, so there is nothing to send or take back.</summary>
    public const string NobodySigned = "application.nobody-signed";

    /// <summary>The days for the correction are not over.</summary>
    public const string NotOverdue = "screening.not-overdue";

    /// <summary>The group appealed before.</summary>
    public const string AppealedAlready = "screening.appealed-already";

    public static Refusal? IsComplete(GrantFacts facts) => facts.Application.Incomplete is { Count: > 0 } sections
        ? No(Incomplete, ("sections", sections)) : null;

    public static Refusal? AddsUp(GrantFacts facts) => facts.Application is { } said && said.Total != said.Sum
        ? No(NotAddingUp, ("total", Amount.Fen(said.Total)), ("sum", Amount.Fen(said.Sum)), ("difference", Amount.Fen(said.Total - said.Sum))) : null;

    public static Refusal? WithinCap(GrantFacts facts)
    {
        (long sum, long own, long cap) = (facts.Application.Sum, facts.Application.Own, facts.Round.CapUnits);
        if (sum - own > cap)
        {
            return No(AboveCap, ("asked", Amount.Fen(sum - own)), ("cap", Amount.Fen(cap)), ("round", facts.Round.Title));
        }

        // The least whole fen that is the share or more.
        long least = (long)(((Int128)sum * facts.Round.OwnBasis + 9999) / 10000);
        return own < least
            ? No(OwnTooSmall, ("own", Amount.Fen(own)), ("least", Amount.Fen(least)), ("sum", Amount.Fen(sum)), ("round", facts.Round.Title)) : null;
    }

    public static Refusal? MayApply(GrantFacts facts) => BanNeeds.MayApply(facts);

    public static Refusal? ChecklistDone(GrantFacts facts) => facts.Application switch
    {
        { Unanswered: { Count: > 0 } open } => No(Unchecked, ("checks", open)),
        { Failed: { Count: > 0 } failed } => No(CheckFailed, ("checks", failed)),
        _ => null,
    };

    public static Refusal? NotCorrectedYet(GrantFacts facts) => facts.Application.Corrections > 0 ? No(CorrectedAlready, ("title",
        facts.Grant.Title)) : null;

    // Before anybody has typed, nothing can be listed: the need speaks only when the move is made.
    public static Refusal? ItemsListed(GrantFacts facts) => facts.Reason is not null && facts.Application.Items == 0 ? No(NothingListed) : null;

    public static Refusal? ClauseNamed(GrantFacts facts) => facts.Clause is { Length: 0 } ? No(NoClause) : null;

    public static Refusal? OnlyOpenedFields(GrantFacts facts) => facts.Application.ChangedUnopened is { Count: > 0 } changed
        ? No(ChangedOther, ("sections", changed)) : null;

    public static Refusal? SignedByOne(GrantFacts facts) => facts.Application.IsSignedByOne ? null : No(NobodySigned, ("title", facts.Grant.Title));

    public static Refusal? CorrectionOverdue(GrantFacts facts) => facts.Grant.DueOn is not { } due || facts.Today <= due
        ? No(NotOverdue, ("due", facts.Grant.DueOn), ("today", facts.Today)) : null;

    public static Refusal? NotAppealedYet(GrantFacts facts) => facts.Application.Appeals > 0 ? No(AppealedAlready, ("title",
        facts.Grant.Title)) : null;

    private static Refusal No(string code, params (string Name, object? Value)[] facts) => new RefusedException(code, facts).Refusal;
}
