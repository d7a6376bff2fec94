using System.Globalization;
using CommunityFund.Books;
using CommunityFund.Funds.Fees;
using CommunityFund.Ledger;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.Funds;

/// <summary>The fee on gifts to a fund: what was agreed, what it would come to, and taking it.</summary>
public sealed class FeesModel : FundPage
{
    [BindProperty(SupportsGet = true)]
    public int Id { get; set; }

    [BindProperty]
    public FeeForm Form { get; set; } = new();

    public FeeView? Fee { get; private set; }

    public string FromType => TypeOf(Form.From);

    public Task OnGetAsync() => Load();

    public async Task<IActionResult> OnPostProposeAsync()
    {
        int basis = Read("Form.Percent", () => Basis(Form.Percent));
        LocalDate from = Read("Form.From", () => DayText.Read(Form.From));
        return ModelState.IsValid
            ? await Do("fee.said-proposed", () => Session.Run(new ProposeFee(FormKey, Id, basis, Form.Agreement ?? "", from,
                Form.Source ?? ""), Ct))
            : await Again();
    }

    public Task<IActionResult> OnPostConfirmAsync(long rule) => Do("fee.said-confirmed",
        () => Session.Run(new ConfirmFee(FormKey, rule), Ct));

    public Task<IActionResult> OnPostDropAsync(long rule) => Do("fee.said-dropped", () => Session.Run(new DropFee(FormKey,
        rule), Ct));

    public Task<IActionResult> OnPostChargeAsync(List<long> lots, string? total) =>
        Do("fee.said-charged", () => Session.Run(new ChargeFee(FormKey, Id, lots, AmountText.Read(total)), Ct));

    public static string Percent(decimal percent) => string.Create(CultureInfo.InvariantCulture, $"{percent:0.##} %");

    private static int Basis(string? typed) =>
        decimal.TryParse((typed ?? "").Trim().TrimEnd('%', '％'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out decimal percent)
            && percent <= 100 && percent * 100 == decimal.Truncate(percent * 100)
            ? (int)(percent * 100) : throw new RefusedException(ProposeFee.BadPercent);

    private async Task<IActionResult> Do(string said, Func<Task> command)
    {
        if (await Try(command))
        {
            Said = W[said];
            return RedirectToPage("Fees", new { id = Id });
        }

        await Load();
        return Page();
    }

    private async Task<IActionResult> Again()
    {
        Unprocessable();
        await Load();
        return Page();
    }

    private Task Load() => Try(async () => Fee = await Session.Ask(new FeePage(Id), Ct));
}

/// <summary>What is typed for a rule about the fee.</summary>
public sealed record FeeForm
{
    public string? Percent { get; init; }

    public string? From { get; init; }

    public string? Agreement { get; init; }

    public string? Source { get; init; }
}
