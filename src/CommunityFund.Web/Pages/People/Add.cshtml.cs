using CommunityFund.Books;
using CommunityFund.People;
using CommunityFund.Web.Hosting;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.People;

/// <summary>Lets somebody in. The first password is made here and stands on the answer once; nobody keeps it.</summary>
public sealed class AddModel(Foundation foundation) : FundPage
{
    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? UserName { get; set; }

    public MadePassword? Made { get; private set; }

    public async Task OnPostAsync()
    {
        string userName = (UserName ?? "").Trim();
        NewLogin login = new(Name ?? "", userName, FirstPassword.For(foundation, FormKey, $"{Session.Actor} {userName}"));
        AddLogin command = new(FormKey, login);
        await Try(async () =>
            Made = new MadePassword(await Session.Run(command, Ct), login.Name.Trim(), userName, login.Password));
    }
}

/// <summary>A password that is shown once, to be handed to its person.</summary>
public sealed record MadePassword(long Person, string Name, string UserName, string Password);
