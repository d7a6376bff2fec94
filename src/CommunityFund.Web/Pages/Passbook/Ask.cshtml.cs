using CommunityFund.TimeBank.Exchange;
using CommunityFund.Web.Pages.Exchange;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;
using NodaTime.Text;

namespace CommunityFund.Web.Pages.Passbook;

/// <summary>Asks for a neighbour's help, for oneself or for an elder of the household.</summary>
public sealed class AskModel : MemberPage
{
    [BindProperty]
    public long ForWhom { get; set; }

    [BindProperty]
    public WishForm Wish { get; set; } = new();

    public AskChoicesView? Offer { get; private set; }

    public string DayType => TypeOf(Wish.On);

    public async Task OnGetAsync()
    {
        if (await Load())
        {
            // A daughter without hours of her own asks for her mother first.
            ForWhom = (Offer!.People.FirstOrDefault(person => person.Free.IsPositive) ?? Offer.People.FirstOrDefault())?.Person ?? 0;
            Wish.On = LocalDatePattern.Iso.Format(Offer.Today);
        }
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (await Load() && Wish.Read((field, wrong) => ModelState.AddModelError($"Wish.{field}", W.Of(wrong))) is { } wish
            && await Try(() => Holder.Run(new AskForService(FormKey, Pass, ForWhom, wish), Ct)))
        {
            Said = W["exchange.said-asked"];
            return RedirectToPage("Requests");
        }

        Unprocessable();
        return Page();
    }

    private Task<bool> Load() => Try(async () => Offer = await Holder.Ask(new AskChoices(Pass), Ct));
}
