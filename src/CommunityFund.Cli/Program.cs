System.Console.WriteLine("fund");
