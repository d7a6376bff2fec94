using System.Globalization;
using CommunityFund.Banking.Reconciling;
using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Reconciliation;

/// <summary>Bank and books side by side on a day: ticking off, and preparing the reconciliation once both sides meet.</summary>
public sealed class SheetModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public int Account { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Day { get; set; }

    /// <summary>What the statement on paper says; empty takes it from the lines.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Balance { get; set; }

    public WorkingView? View { get; private set; }

    public bool Keeps { get; private set; }

    public Task OnGetAsync() => Load();

    public Task<IActionResult> OnPostMatchAsync(IReadOnlyList<string> pair) =>
        Do(async () => Said = W["reconcile.said.matched",
            await Session.Run(new TickMatch(FormKey, [.. pair.Select(Pair).OfType<TickedPair>()]), Ct)]);

    public Task<IActionResult> OnPostTickAsync(IReadOnlyList<long> voucher, IReadOnlyList<long> every, bool all) =>
        Do(async () => Said = W["reconcile.said.ticked",
            await Session.Run(new TickVouchers(FormKey, Account, all ? every : voucher, DayText.Read(Day)), Ct)]);

    public Task<IActionResult> OnPostUntickAsync(long? line, long voucher) => Do(async () =>
    {
        await Session.Run(new UntickMatch(FormKey, Account, line, voucher), Ct);
        Said = W["reconcile.said.unticked"];
    });

    public async Task<IActionResult> OnPostPrepareAsync(string? statement)
    {
        long id = 0;
        if (await Try(async () => id = await Session.Run(
            new PrepareReconciliation(
                FormKey, Account, DayText.Read(Day), AmountText.Read(statement), FromPaper: !string.IsNullOrWhiteSpace(Balance)),
            Ct)))
        {
            Said = W["reconcile.said.prepared"];
            return RedirectToPage("Show", new { id });
        }

        return await Again();
    }

    /// <summary>Lines that one voucher alone fits, which fits no other line.</summary>
    public IReadOnlyList<string> Sure() => View is null ? [] :
    [
        .. View.Sheet.Items.Where(item => item.Pairs.Count == 1).GroupBy(item => item.Pairs[0].Voucher).Where(group => group.Count() == 1)
            .Select(group => Written(group.First().Line!.Value, group.Key)),
    ];

    public static string Written(long line, long voucher) => string.Create(CultureInfo.InvariantCulture, $"{line}-{voucher}");

    private static TickedPair? Pair(string written) =>
        written.Split('-') is [string line, string voucher]
            && long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out long one)
            && long.TryParse(voucher, NumberStyles.None, CultureInfo.InvariantCulture, out long other) ? new TickedPair(one, other) : null;

    private async Task<IActionResult> Do(Func<Task> command) =>
        await Try(command) ? RedirectToPage(new { Account, Day, Balance }) : await Again();

    private async Task<IActionResult> Again()
    {
        Refusal? no = Refusal;
        await Load();
        Refusal = no;
        return Page();
    }

    private async Task Load()
    {
        ModelState.Clear();
        Keeps = (await WhoAmI()).Is(Role.Accountant);
        await Try(async () =>
        {
            LocalDate day = DayText.Read(Day);
            Amount? said = string.IsNullOrWhiteSpace(Balance) ? null : AmountText.Read(Balance);
            View = await Session.Ask(new WorkingSheet(Account, day, said), Ct);
            Day = LocalDatePattern.Iso.Format(day);
        });
    }
}
