using System.Globalization;
using System.Security.Cryptography;
using CommunityFund.Banking;
using CommunityFund.Books;
using CommunityFund.Funds;
using CommunityFund.Ledger;
using CommunityFund.Web.Pages.Documents;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Banking;

/// <summary>
/// 逐笔认领: left the lines to do, right the chosen one with what it may be and why. Day, amount and account are the line's own,
/// never typed. Other lines marked on the left share what is decided, each as its own voucher or all as one.
/// </summary>
[RequestSizeLimit(EnclosedForm.LargestRequest), RequestFormLimits(MultipartBodyLengthLimit = EnclosedForm.LargestRequest)]
public sealed class LineModel : FundPage
{
    private const int QueueSize = 20, MostTogether = 50;

    [BindProperty]
    public EnclosedForm Enclosed { get; set; } = new();

    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty(SupportsGet = true)]
    public LineFilter Filter { get; set; } = new();

    /// <summary>Other lines that are dealt with at once.</summary>
    [BindProperty(SupportsGet = true)]
    public List<long> With { get; set; } = [];

    /// <summary>The form that is open.</summary>
    [BindProperty(SupportsGet = true)]
    public DisposalKind? As { get; set; }

    /// <summary>The rule whose proposal fills the form.</summary>
    [BindProperty(SupportsGet = true)]
    public long? Rule { get; set; }

    [BindProperty]
    public DisposalForm Form { get; set; } = new();

    /// <summary>The open day offered to a late line, once it is taken; the line keeps its own.</summary>
    [BindProperty]
    public string? BookOn { get; set; }

    public BankLineView? Line { get; private set; }

    public IReadOnlyList<BankLineView> Others { get; private set; } = [];

    public BankLineItems? Queue { get; private set; }

    /// <summary>Whether no more lines can be marked.</summary>
    public bool IsFull => With.Count >= MostTogether;

    /// <summary>Marked lines that stand on another page of the list or outside its filter.</summary>
    public IReadOnlyList<long> MarkedElsewhere => [.. With.Except(Queue?.Items.Select(item => item.BankLineId) ?? [])];

    /// <summary>Projects that an expense may be for.</summary>
    public IReadOnlyList<ProjectRow> Projects { get; private set; } = [];

    public IReadOnlyList<RefundChoice> Originals { get; private set; } = [];

    public IReadOnlyList<ReturnedPayment> Payments { get; private set; } = [];

    public IReadOnlyList<SuspenseItem> Suspended { get; private set; } = [];

    public IReadOnlyList<FundInterest> Shares { get; private set; } = [];

    /// <summary>Whether the person may decide, and something of the line is left.</summary>
    public bool MayBook { get; private set; }

    public bool MayRestore { get; private set; }

    /// <summary>Whether the refusal speaks of the reason and so stands beside it.</summary>
    public bool IsReason => Refusal?.Code == UndecidedLine.ReasonMissing;

    /// <summary>Whether the person goes from line to line.</summary>
    public bool IsKeeper { get; private set; }

    public Pager Pager => new(Filter.Number, QueueSize, Queue?.Total ?? 0);

    /// <summary>The sum of all lines chosen.</summary>
    public Amount Sum => Others.Aggregate(Line!.Rest, (sum, line) => sum + line.Rest);

    private LocalDate? Taken => LocalDatePattern.Iso.Parse(BookOn ?? "") is { Success: true } day ? day.Value : null;

    public async Task<IActionResult> OnGetAsync()
    {
        if (Id == 0)
        {
            return await First() is { } first ? RedirectToPage(Filter.Route(first)) : Queue is null ? Page() : RedirectToPage("Index");
        }

        await Show();
        await Suggest();
        return Page();
    }

    public async Task<IActionResult> OnPostDisposeAsync()
    {
        As = Form.Kind;
        await Show();
        if (Line is not { } line)
        {
            return Page();
        }

        bool received = await Try(() => Enclosed.Receive(Session, FormKey, ModelState, W, Ct));
        if (Form.Kind is DisposalKind.Gift or DisposalKind.Expense or DisposalKind.Fee
            && line.Funds.All(fund => fund.FundId != Form.Fund))
        {
            ModelState.AddModelError("Form.Fund", W["line.choose-fund"]);
        }

        Amount? part = string.IsNullOrWhiteSpace(Form.Part) ? null : Read("Form.Part", () => AmountText.ReadPositive(Form.Part));
        (LocalDate, LocalDate) days = Form.Kind != DisposalKind.Interest ? default
            : (Read("Form.From", () => DayText.Read(Form.From)), Read("Form.Until", () => DayText.Read(Form.Until)));
        if (!received || !ModelState.IsValid)
        {
            Unprocessable();
            await Choices();
            return Page();
        }

        if (Others.Count > 0 && !Form.Together)
        {
            return await Each(one =>
                Form.Run(Session, KeyOf(one), [one], null, days, Taken, one == line ? Enclosed.Enclosures : [], Ct));
        }

        if (await Try(() => Form.Run(Session, FormKey, [line, .. Others], part, days, Taken, Enclosed.Enclosures, Ct)))
        {
            Said = part is null ? null : W["line.part-booked", part].Value;
            return part is null ? await Next("line.booked", line) : RedirectToPage(Filter.Route(Id));
        }

        return await Again();
    }

    /// <summary>What a rule (or, with 0, the words on the line) proposes is taken as it stands.</summary>
    public async Task<IActionResult> OnPostProposedAsync(long rule)
    {
        await Show();
        ModelState.Clear();
        Proposal? proposed = Line?.Candidates.FirstOrDefault(row => row.Proposal is not null && row.Id == rule)?.Proposal;
        if (Line is not { } line || proposed is null || !DisposalForm.IsWhole(proposed))
        {
            return await Again();
        }

        Form = new DisposalForm { Kind = proposed.Kind };
        Form.Suggest(line, proposed);
        return await Try(() => Form.Run(Session, FormKey, [line], null, default, Taken, [], Ct))
            ? await Next("line.booked", line) : await Again();
    }

    public Task<IActionResult> OnPostExpectedAsync(List<long> expectations) => One("line.booked", () => Session.Run(
        new MatchExpectations(FormKey, [Id, .. With], expectations, Taken, Enclosed.Enclosures), Ct));

    public Task<IActionResult> OnPostVoucherAsync(List<long> vouchers, bool isPart) =>
        One("line.matched", () => Session.Run(new MatchVoucher(FormKey, [Id, .. With], vouchers, isPart), Ct));

    public async Task<IActionResult> OnPostUndoAsync(long voucher) =>
        await Stay("line.unmatched", () => Session.Run(new UndoMatch(FormKey, Id, voucher), Ct));

    public async Task<IActionResult> OnPostRememberAsync()
    {
        long rule = 0;
        return await Stay("line.remembered", async () => rule = await Session.Run(new LearnRule(FormKey, Id, Asked: true), Ct));
    }

    public Task<IActionResult> OnPostHoldAsync() =>
        Decide("line.held", one => Session.Run(new HoldBankLine(KeyOf(one), one.BankLineId, Form.Reason ?? ""), Ct));

    public Task<IActionResult> OnPostIgnoreAsync() =>
        Decide("line.ignored", one => Session.Run(new IgnoreBankLine(KeyOf(one), one.BankLineId, Form.Reason ?? ""), Ct));

    public Task<IActionResult> OnPostRestoreAsync() =>
        Stay("line.restored", () => Session.Run(new RestoreBankLine(FormKey, Id), Ct));

    private async Task<IActionResult> Stay(string said, Func<Task> command)
    {
        if (await Try(command))
        {
            Said = W[said];
            return RedirectToPage(Filter.Route(Id));
        }

        return await Again();
    }

    private async Task<IActionResult> One(string said, Func<Task> command)
    {
        await Show();
        ModelState.Clear();
        return Line is { } line && await Try(command) ? await Next(said, line) : await Again();
    }

    private async Task<IActionResult> Decide(string said, Func<BankLineView, Task> command)
    {
        await Show();
        ModelState.Clear();
        if (Line is not { } line)
        {
            return Page();
        }

        if (Others.Count > 0)
        {
            return await Each(async one =>
            {
                await command(one);
                return 0;
            });
        }

        if (await Try(() => command(line)))
        {
            return await Next(said, line);
        }

        if (IsReason)
        {
            ModelState.AddModelError("Form.Reason", W.Of(Refusal!));
        }

        return await Again();
    }

    /// <summary>The same for each of the lines on its own: what is refused for one is told with it and does not stop the
    /// others.</summary>
    private async Task<IActionResult> Each(Func<BankLineView, Task<long>> command)
    {
        List<string> refused = [];
        foreach (BankLineView one in Others.Prepend(Line!))
        {
            try
            {
                await command(one);
                await Learn(one);
            }
            catch (RefusedException no) when (!FundSession.IsAway(no.Refusal))
            {
                refused.Add(W["line.each-refused", one.OccurredOn, one.Amount, W.Of(no.Refusal)]);
            }
        }

        int done = Others.Count + 1 - refused.Count;
        Said = string.Join('\n', refused.Prepend(W["line.each-done", done]));
        Id = await First() ?? Id;
        return RedirectToPage(Filter.Route(Id));
    }

    private async Task<IActionResult> Next(string said, BankLineView done)
    {
        long learned = await Learn(done);
        HashSet<long> gone = [.. With, Id];
        BankLineItem[] queue = [.. Queue?.Items ?? []];
        int at = Array.FindIndex(queue, row => row.BankLineId == Id);
        long? next = queue.Skip(at + 1).Concat(queue.Take(at + 1))
            .FirstOrDefault(row => !gone.Contains(row.BankLineId))?.BankLineId
            ?? (gone.Contains(done.Next ?? Id) ? null : done.Next);
        Said = (next is null ? W["line.last"] : W[said, Math.Max(0, done.Left - With.Count)]) + (learned > 0
            ? W["line.learned"].Value : "");
        return next is { } id ? RedirectToPage(Filter.Route(id)) : RedirectToPage("Index");
    }

    /// <summary>That nothing could be learned is no news.</summary>
    private async Task<long> Learn(BankLineView line)
    {
        try
        {
            return await Session.Run(new LearnRule(Guid.NewGuid(), line.BankLineId, Asked: false), Ct);
        }
        catch (RefusedException)
        {
            return 0;
        }
    }

    /// <summary>After a refusal the line may stand elsewhere: somebody else was quicker.</summary>
    private async Task<IActionResult> Again()
    {
        await Show();
        await Suggest();
        return Page();
    }

    /// <summary>A key per line that is the same when the same form is sent again.</summary>
    private Guid KeyOf(BankLineView line) => Others.Count == 0 ? FormKey : new Guid(SHA256.HashData(
        [.. FormKey.ToByteArray(), .. BitConverter.GetBytes(line.BankLineId)])[..16]);

    private async Task<long?> First()
    {
        await Try(async () => Queue = await Session.Ask(Filter.Query(QueueSize), Ct));
        return Queue?.Items.FirstOrDefault()?.BankLineId;
    }

    private async Task Suggest()
    {
        if (Line is { } line)
        {
            BankCandidate? chosen = line.Candidates.FirstOrDefault(row => Rule is { } rule ? row.Source == CandidateSource.Rule
                && row.Id == rule
                : As is null && row.Proposal is not null);
            DisposalKind kind = As ?? chosen?.Proposal?.Kind ?? line.Suggested.Kind;
            IReadOnlyList<DisposalKind> may = DisposalForm.KindsFor(line.Amount.IsPositive);
            Form.Kind = may.Contains(kind) ? kind : may[0];
            Form.Suggest(line, chosen?.Proposal is { } proposed && proposed.Kind == Form.Kind ? proposed : null);
        }

        await Choices();
    }

    /// <summary>What the open form lets one choose from.</summary>
    private async Task Choices()
    {
        if (Line is not { } line || !MayBook)
        {
            return;
        }

        if (Form.Kind == DisposalKind.Expense)
        {
            Projects = await Session.Ask(new ProjectList(OnlyOpen: true), Ct);
        }

        if (Form.Kind == DisposalKind.Refund)
        {
            Originals = await Session.Ask(new RefundChoices(Id), Ct);
            Form.Original ??= Originals.Count > 0 && Originals[0].Party.Length > 0
                && Originals[0].Party == line.CounterpartyName.Trim()
                ? string.Create(CultureInfo.InvariantCulture, $"{Originals[0].Entry}-{Originals[0].Line}") : null;
        }

        if (Form.Kind == DisposalKind.Returned)
        {
            Payments = await Session.Ask(new ReturnedPayments(Id), Ct);
            Form.Payment ??= Payments.FirstOrDefault(paid => paid.Party.Length > 0 && paid.Party == line.CounterpartyName.Trim())?.Voucher;
        }

        if (Form.Kind == DisposalKind.Return)
        {
            Suspended = (await Session.Ask(new SuspenseList(), Ct)).Items;
        }

        if (Form.Kind == DisposalKind.Interest && LocalDatePattern.Iso.Parse(Form.From ?? "") is { Success: true } from
            && LocalDatePattern.Iso.Parse(Form.Until ?? "") is { Success: true } until && Refusal is null)
        {
            await Try(async () => Shares = await Session.Ask(new InterestShare(line.Rest, Form.By, from.Value, until.Value), Ct));
        }
    }

    private async Task Show()
    {
        With = [.. With.Where(id => id != Id).Distinct().Take(MostTogether)];
        await Try(async () => Line = await Session.Ask(new BankLinePage(Id), Ct));
        IsKeeper = (await WhoAmI()).Is(Role.Accountant);
        bool decides = Line is { IsBeforeOpening: false } && IsKeeper;
        MayBook = decides && Line is { Stage: LineStage.ToDo or LineStage.Held };
        MayRestore = decides && Line is { Stage: LineStage.Held or LineStage.Ignored };
        if (IsKeeper && Line is not null)
        {
            Queue = await Session.Ask(Filter.Query(QueueSize), Ct);
            List<BankLineView> others = [];
            foreach (long id in With)
            {
                await Try(async () => others.Add(await Session.Ask(new BankLinePage(id, IsBeside: true), Ct)));
            }

            Others = [.. others.Where(one => one.Stage is LineStage.ToDo or LineStage.Held && !one.IsBeforeOpening)];
        }
    }
}
